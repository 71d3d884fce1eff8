import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkSettings } from './check.js';
import { ConfigError, UsageError } from './config-error.js';
import type { Settings } from './settings.js';

/** Flags that take a value, and the member of the configuration that they set; `config` names the file. */
export const flags = {
  config: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  store: { type: 'string' },
  'log-level': { type: 'string' },
} as const;

/** Environment variables, and the member of the configuration that they set. */
export const variables = {
  HOLDFAST_CONFIG: 'config',
  HOLDFAST_HOST: 'host',
  HOLDFAST_PORT: 'port',
  HOLDFAST_STORE: 'store',
  HOLDFAST_LOG_LEVEL: 'log_level',
  HOLDFAST_ADMIN_PASSWORD: 'admin_password',
} as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the command line or the environment sets. `config`: the path of the file. */
export interface Given {
  settings: Settings;
  config: string | undefined;
}

/** `argv`: without node, the script and the command. Throws `UsageError`. */
export function fromFlags(argv: readonly string[]): Given {
  const values = parseFlags(argv);
  const settings: Settings = {};
  for (const name of ['host', 'port', 'store', 'log-level'] as const) {
    const text = values[name];
    if (text === undefined) continue;
    Object.assign(
      settings,
      asUsage(() => setting(name.replace('-', '_'), text, `--${name}`)),
    );
  }
  return { settings, config: values.config };
}

/** An empty variable counts as one that is not set. Throws `ConfigError`. */
export function fromEnvironment(env: Environment): Given {
  const settings: Settings = {};
  for (const [variable, member] of Object.entries(variables)) {
    const text = env[variable];
    if (text && member !== 'config' && member !== 'admin_password') {
      Object.assign(settings, setting(member, text, variable));
    }
  }
  return { settings, config: env.HOLDFAST_CONFIG || undefined };
}

/** Throws `ConfigError`. */
export function fromFile(path: string): Settings {
  return checkSettings(parseFile(path), path);
}

function parseFlags(argv: readonly string[]): { [Name in keyof typeof flags]?: string } {
  try {
    return parseArgs({ args: [...argv], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Texts are all that flags and variables can carry; whatever is no number stays as it is and is refused by its type. */
function setting(member: string, text: string, origin: string): Settings {
  const value = member === 'port' && /^\d+$/.test(text) ? Number(text) : text;
  return checkSettings({ [member]: value }, origin);
}

function asUsage(read: () => Settings): Settings {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseFile(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = unquoted((error as Error).message, text);
    throw new ConfigError(`${path}: ${fault}. It must be JSON, without comments; ${whatItMayHold}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path}: ${(error as Error).message}. Name a file that can be read; ${whatItMayHold}`);
  }
}

const whatItMayHold = 'docs/CONFIG.md tells what it may hold.';

/** Where JSON breaks, V8 quotes what stands around it, which may be a password: the line is told in its place. */
function unquoted(message: string, text: string): string {
  const [whole, quoted] = /, (?:\.{3})?"([\s\S]*)"(?:\.{3})? is not valid JSON$/.exec(message) ?? [];
  if (whole === undefined || quoted === undefined) return message;
  const at = text.indexOf(quoted) + Math.floor(quoted.length / 2);
  return `${message.slice(0, -whole.length)} in line ${text.slice(0, at).split('\n').length}`;
}
