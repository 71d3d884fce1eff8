import { ConfigError, UsageError } from '../config.js';
import { start } from './start.js';
import { usage } from './usage.js';
import { version } from './version.js';

type Environment = Readonly<Record<string, string | undefined>>;
type Command = (argv: string[], env: Environment) => Promise<number>;

const commands: Readonly<Record<string, Command>> = { start };

/** Exit codes: 0 = done, 1 = failed, 2 = called in a way that it does not know. `argv`: without node and the script. */
export async function run(argv: readonly string[], env: Environment): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) return print(usage);
  if (argv.includes('--version')) return print(`${version()}\n`);
  try {
    const [name, ...rest] = argv[0]?.startsWith('-') === false ? argv : ['start', ...argv];
    const command = Object.hasOwn(commands, name!) ? commands[name!] : undefined;
    if (command === undefined) throw new UsageError(`there is no command ${name}`);
    return await command(rest, env);
  } catch (error) {
    return complain(error);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** What an operator can do something about is said in its own words; anything else is ours, and comes with its stack. */
function complain(error: unknown): number {
  const { message, stack, name } = error as Error;
  const isExpected =
    error instanceof ConfigError || ['StoreRefused', 'ListenError', 'ExtensionFault', 'FileDropFault'].includes(name);
  for (const line of (isExpected ? message : (stack ?? message)).split('\n'))
    process.stderr.write(`holdfast: ${line}\n`);
  if (!(error instanceof UsageError)) return 1;
  process.stderr.write('holdfast: see holdfast --help\n');
  return 2;
}
