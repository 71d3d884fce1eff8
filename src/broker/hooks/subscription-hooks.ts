import type { Limits } from '../../protocol/limits.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { type HookCalls, hookedSubscription } from './hook-calls.js';
import { HookGate } from './hook-gate.js';
import type { Heard, UnsubscribeReason } from './hooks.js';

/**
 * Tells hooks of subscriptions that were made and ended, after it is on disk. Nobody waits for them, and nothing they
 * answer changes anything.
 */
export class SubscriptionHooks {
  readonly #calls: HookCalls;
  readonly #limits: Limits;
  readonly #gate: HookGate;
  #waiting = 0;

  constructor(calls: HookCalls, limits: Limits) {
    this.#calls = calls;
    this.#limits = limits;
    this.#gate = new HookGate(limits.hook_calls_max);
  }

  /** `patterns`: the topics and patterns that it got. */
  subscribed(subscription: Subscription, patterns: readonly string[], isNew: boolean): void {
    const about = hookedSubscription(subscription);
    this.#tell('on_subscribed', about.id, patterns, topicName =>
      this.#calls.hooks.onSubscribed({ topicName, subscription: about, isNew }),
    );
  }

  /** `patterns`: the topics and patterns that it lost. */
  unsubscribed(subscription: Subscription, patterns: readonly string[], reason: UnsubscribeReason): void {
    const about = hookedSubscription(subscription);
    this.#tell('on_unsubscribed', about.id, patterns, topicName =>
      this.#calls.hooks.onUnsubscribed({ topicName, subscription: about, reason }),
    );
  }

  #tell(
    hook: 'on_subscribed' | 'on_unsubscribed',
    subId: number,
    patterns: readonly string[],
    call: (topicName: string) => Promise<Heard>,
  ): void {
    for (const pattern of patterns) {
      if (!this.#calls.hooks.of(pattern)?.has(hook)) continue;
      const about = { topic_name: pattern, sub_id: subId };
      if (this.#waiting >= this.#limits.hook_tellings_max) {
        this.#calls.failed(hook, about, { kind: 'failed', cause: 'unavailable', error: 'too much waits for hooks' });
        continue;
      }
      this.#waiting += 1;
      void this.#gate
        .pass(() => this.#calls.ask(hook, about, () => call(pattern)))
        .finally(() => {
          this.#waiting -= 1;
        });
    }
  }
}
