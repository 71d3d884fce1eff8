/** A file of services or hooks that cannot be used. The message names it, what is wrong with it and what to do. */
export class ExtensionFault extends Error {
  override readonly name = 'ExtensionFault';
  /** Where in the files it happened, for the log. */
  readonly details: string | undefined;

  constructor(message: string, details?: string) {
    super(message);
    this.details = details;
  }
}
