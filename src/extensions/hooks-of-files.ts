import type {
  BeforeDeliveryCall,
  BeforePublishCall,
  DeliveryVerdict,
  FailureCause,
  Heard,
  HookFailure,
  HookName,
  Hooks,
  PublishVerdict,
  SubscribedCall,
  UnsubscribedCall,
} from '../broker/hooks/hooks.js';
import { overlaps } from '../protocol/overlap.js';
import type { Extensions } from './extensions.js';
import type { NoOutcome } from './thread.js';
import type { LoadedHooks } from './thread-messages.js';

/** The hooks of the operator's files, as the broker calls them. */
export class HooksOfFiles implements Hooks {
  readonly #extensions: Extensions;
  #hooks: readonly LoadedHooks[];
  version = 0;

  constructor(extensions: Extensions) {
    this.#extensions = extensions;
    this.#hooks = extensions.loaded.hooks;
  }

  /** Other files may have been loaded. */
  refresh(): void {
    this.#hooks = this.#extensions.loaded.hooks;
    this.version += 1;
  }

  get isEmpty(): boolean {
    return this.#hooks.length === 0;
  }

  of(topicName: string): ReadonlySet<HookName> | null {
    const names = this.#hooks.filter(hooks => isFor(hooks, topicName)).flatMap(({ has }) => has);
    return names.length > 0 ? new Set(names) : null;
  }

  beforePublish({ topicName, username, message }: BeforePublishCall): Promise<PublishVerdict> {
    return this.#call('before_publish', topicName, { username }, message);
  }

  beforeDelivery({ topicName, subscription, message, isRepeated }: BeforeDeliveryCall): Promise<DeliveryVerdict> {
    return this.#call('before_delivery', topicName, { subscription }, message, isRepeated);
  }

  onSubscribed({ topicName, subscription, isNew }: SubscribedCall): Promise<Heard> {
    return this.#call('on_subscribed', topicName, { subscription, is_new: isNew }, null);
  }

  onUnsubscribed({ topicName, subscription, reason }: UnsubscribedCall): Promise<Heard> {
    return this.#call('on_unsubscribed', topicName, { subscription, reason }, null);
  }

  /** All hooks that match, one after the other, in one call; their time limits add up. */
  async #call<Verdict>(
    call: HookName,
    topicName: string,
    about: object,
    message: string | null,
    isRepeated = false,
  ): Promise<Verdict | HookFailure> {
    const numbers = [...this.#hooks.keys()].filter(number => {
      const hooks = this.#hooks[number]!;
      return hooks.has.includes(call) && isFor(hooks, topicName);
    });
    // A reload has taken them away since the topic was asked for.
    if (numbers.length === 0) return nothing(message) as Verdict;
    const timeoutSec = numbers.reduce((sum, number) => sum + this.#hooks[number]!.timeoutSec, 0);
    const context = { topic_name: topicName, ...about };
    const result = await this.#extensions.run(
      { kind: 'hook', call, hooks: numbers, message, context },
      timeoutSec * 1000,
      isRepeated,
    );
    if ('value' in result) return result.value as Verdict;
    return { kind: 'failed', cause: causeOf(result.why), error: result.error, details: result.stack };
  }
}

/** A thread that ended under a hook may have ended by it: that is an error of the hook, so that no message does it for ever. */
function causeOf(why: NoOutcome | undefined): FailureCause {
  if (why === 'late') return 'timeout';
  return why === 'unstarted' ? 'unavailable' : 'error';
}

function isFor({ topics }: LoadedHooks, topicName: string): boolean {
  return topics.some(topic => overlaps(topic, topicName));
}

function nothing(message: string | null): object {
  return message === null ? { kind: 'heard' } : { kind: 'pass', change: null };
}
