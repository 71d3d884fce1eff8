import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import type { Counters } from '../counters.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { Publication } from '../publish/compose.js';
import type { Topic } from '../topics/topic.js';
import { type HookCalls, isFailure } from './hook-calls.js';
import { changedPublication, publicationText } from './hook-change.js';
import { HookGate } from './hook-gate.js';
import type { HookFailure } from './hooks.js';

/**
 * The hook through which a message goes once, before it is composed for all its subscribers. Publishes that wait behind
 * others of their sender are asked about at once, so that a slow hook costs a sender its time once and not once for each
 * message; they are committed in their order all the same.
 */
export class BeforePublish {
  readonly #calls: HookCalls;
  readonly #counters: Counters;
  readonly #limits: Limits;
  readonly #gate: HookGate;
  /** What was asked about before its turn. */
  readonly #begun = new WeakMap<Publication, Promise<Publication>>();
  /** Ends the wait of each that has no answer, with an error. */
  readonly #refusals = new Set<(error: HoldfastError) => void>();
  #isStopped = false;
  #waiting = 0;
  #waitingChars = 0;

  constructor(calls: HookCalls, counters: Counters, limits: Limits) {
    this.#calls = calls;
    this.#counters = counters;
    this.#limits = limits;
    this.#gate = new HookGate(limits.hook_calls_max);
  }

  isHooked(topic: Topic): boolean {
    return this.#calls.topics.has(topic, 'before_publish');
  }

  /** Asks before its turn has come. Throws `overloaded`. */
  begin(endpoint: Endpoint, publication: Publication, topic: Topic): void {
    const asking = this.#ask(endpoint, publication, topic);
    // Whoever waits for its turn hears of a failure then.
    asking.catch(() => {});
    this.#begun.set(publication, asking);
  }

  /** The message as the hook wants it. Throws `forbidden` with the `reason` of the hook, or what its failure is to the publisher. */
  pass(endpoint: Endpoint, publication: Publication, topic: Topic): Promise<Publication> {
    return this.#begun.get(publication) ?? this.#ask(endpoint, publication, topic);
  }

  /** Throws at once, and not by its promise, if too much waits. */
  #ask(endpoint: Endpoint, publication: Publication, topic: Topic): Promise<Publication> {
    const { hook_publishes_max: most, hook_bytes_max: mostChars } = this.#limits;
    const chars = publication.data.length;
    if (this.#isStopped) throw stopping();
    if (this.#waiting >= most || (this.#waiting > 0 && this.#waitingChars + chars > mostChars)) throw tooManyWait();
    this.#waiting += 1;
    this.#waitingChars += chars;
    return new Promise<Publication>((resolve, refuse) => {
      this.#refusals.add(refuse);
      const asked = this.#gate.pass(() => this.#call(endpoint, publication, topic));
      asked.then(resolve, refuse).finally(() => {
        this.#refusals.delete(refuse);
        this.#waiting -= 1;
        this.#waitingChars -= chars;
      });
    });
  }

  /** Nobody waits for a hook any more: neither those that do, nor those that come. What hooks answer now counts no more. */
  stop(): void {
    this.#isStopped = true;
    for (const refuse of this.#refusals) refuse(stopping());
  }

  async #call({ username }: Endpoint, publication: Publication, topic: Topic): Promise<Publication> {
    const { name } = topic;
    const about = { topic_name: name, username };
    const message = publicationText({ ...publication, topicName: name });
    const call = { topicName: name, username, message };
    const verdict = await this.#calls.ask('before_publish', about, () => this.#calls.hooks.beforePublish(call));
    if (isFailure(verdict)) throw unanswered(name, verdict);
    if (verdict.kind === 'refuse') {
      this.#counters.hookRefused += 1;
      throw refused(name, verdict.reason.slice(0, this.#limits.attribute_bytes_max));
    }
    if (verdict.change === null) return publication;
    const change = this.#calls.read('before_publish', about, verdict.change);
    if (isFailure(change)) throw unanswered(name, change);
    return changedPublication(publication, change);
  }
}

function refused(name: string, reason: string): HoldfastError {
  return new HoldfastError('forbidden', `A hook of ${name} refused the message: ${reason}`, { reason });
}

/** What went wrong is for the operator, in the log: a publisher could learn from it what it should not know. */
function unanswered(name: string, { cause }: HookFailure): HoldfastError {
  if (cause === 'error') {
    const details = { outcome: 'definite', retryable: true, reason: 'a hook failed' };
    return new HoldfastError(
      'internal_error',
      `A before_publish hook of ${name} failed: nothing was published. The log of the broker tells why.`,
      details,
    );
  }
  const why = cause === 'timeout' ? 'took too long' : 'cannot be run now';
  return new HoldfastError('overloaded', `A before_publish hook of ${name} ${why}: nothing was published.`, {
    retry_after: 1,
  });
}

function stopping(): HoldfastError {
  const message = 'The server is stopping, and a before_publish hook has not answered: nothing was published.';
  return new HoldfastError('overloaded', message, { retry_after: 1 });
}

function tooManyWait(): HoldfastError {
  const message = 'Too many publishes wait for hooks (hook_publishes_max, hook_bytes_max). Publish again later.';
  return new HoldfastError('overloaded', message, { retry_after: 1 });
}
