import type { FailureCause, HookName } from './hooks.js';

/** How often hooks were called, and how often in vain. */
export class HookCounters {
  /** Calls that were answered, by hook. */
  readonly calls: Record<HookName, number> = {
    before_publish: 0,
    before_delivery: 0,
    on_subscribed: 0,
    on_unsubscribed: 0,
  };
  /** Those that failed, by hook and cause. */
  readonly failures: Record<HookName, Record<FailureCause, number>> = {
    before_publish: noFailures(),
    before_delivery: noFailures(),
    on_subscribed: noFailures(),
    on_unsubscribed: noFailures(),
  };
}

function noFailures(): Record<FailureCause, number> {
  return { error: 0, timeout: 0, unavailable: 0 };
}
