import type { HookName } from '../../broker/hooks/hooks.js';
import type { Message } from '../../protocol/api.gen.js';
import type { Handled, ServiceNacks } from '../../services.js';
import type { FromThread, Job, Outcome, ThreadOptions, ToThread } from '../thread-messages.js';
import { Calls } from './calls.js';
import { contextOf } from './context.js';
import { failureOf } from './failure.js';
import type { Definitions } from './files.js';
import { runHooks } from './hook-row.js';
import type { Logs } from './logs.js';
import { Requests } from './requests.js';

/** Runs what the main thread sends, side by side, and answers each. */
export class Desk {
  readonly #post: (message: FromThread) => void;
  readonly #definitions: Definitions;
  readonly #calls: Calls;
  readonly #requests: Requests;
  readonly #logs: Logs;
  readonly #begun: Int32Array;
  readonly #running = new Map<number, AbortController>();

  constructor(options: ThreadOptions, definitions: Definitions, logs: Logs, post: (message: FromThread) => void) {
    this.#post = post;
    this.#definitions = definitions;
    this.#logs = logs;
    this.#begun = options.begun;
    this.#calls = new Calls(options.callsMax, (id, service, call) => post({ kind: 'call', id, service, call }));
    this.#requests = new Requests(this.#calls);
  }

  take(message: ToThread): void {
    if (message.kind === 'run') void this.#run(message.id, message.job);
    else if (message.kind === 'abort') this.#running.get(message.id)?.abort(new Error('The time limit is over.'));
    else if (message.kind === 'answer') this.#calls.answered(message.id, message.text);
    else if (message.kind === 'replies') this.#requests.replied(JSON.parse(message.messages) as Message[]);
    else this.#post({ kind: 'pong' });
  }

  async #run(id: number, job: Job): Promise<void> {
    Atomics.add(this.#begun, 0, 1);
    const abort = new AbortController();
    this.#running.set(id, abort);
    const outcome = await outcomeOf(() => this.#do(job, abort.signal));
    this.#running.delete(id);
    this.#post({ kind: 'ran', id, outcome });
  }

  #do(job: Job, signal: AbortSignal): Promise<unknown> {
    if (job.kind === 'service') return this.#handle(job, signal);
    const hooks = job.hooks.map(number => this.#definitions.hooks[number]!);
    const context = { ...job.context, signal, log: this.#logs.of({ hook: job.call satisfies HookName }) };
    return runHooks(job.call, hooks, job.message, context);
  }

  async #handle({ name, messages, isSingle }: Job & { kind: 'service' }, signal: AbortSignal): Promise<unknown> {
    const service = this.#definitions.services.get(name)!;
    const context = contextOf(name, signal, { calls: this.#calls, requests: this.#requests, logs: this.#logs });
    const list = JSON.parse(messages) as Message[];
    const handle = service.handle as (given: unknown, context: object) => unknown;
    return nacksOf((await handle.call(service, isSingle ? list[0] : list, context)) as Handled);
  }
}

/** What a service answered, as a client answers `deliver`. */
function nacksOf(handled: Handled): object | null {
  const { nack } = (handled ?? {}) as Partial<ServiceNacks>;
  if (!Array.isArray(nack)) return null;
  return { nack: nack.map(item => (typeof item === 'string' ? { msg_id: item } : item)) };
}

async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: structuredClone(await run()) };
  } catch (error) {
    const { reason, stack } = failureOf(error);
    return { error: reason, stack };
  }
}
