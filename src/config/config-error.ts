/** A setting that cannot be used. The message says where it stands, what is wrong with it and what to do. */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError';
}

/** The command line itself is wrong. */
export class UsageError extends ConfigError {
  override readonly name = 'UsageError';
}
