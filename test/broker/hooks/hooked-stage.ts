import type { DeliveryVerdict, HookName } from '../../../src/broker/hooks/hooks.js';
import type { SubscriptionOptions } from '../../../src/broker/subscriptions/options.js';
import type { Limits } from '../../../src/protocol/limits.js';
import { HookDouble } from '../../sim/hook-double.js';
import { Stage } from '../../sim/stage.js';

/** A subscription to `/t`, which has a hook, and `/plain`, which has none; the test answers for the hook. */
export async function setHookedStage(options: Partial<SubscriptionOptions> = {}, limits: Partial<Limits> = {}) {
  const hooks = new HookDouble({ '/t': ['before_delivery'] as HookName[] });
  const stage = await Stage.open({ hooks: hooks.parts, limits });
  const subKey = await stage.subscribe(['/t', '/plain'], options);
  const sink = await stage.attach(subKey);
  const { broker, clock } = stage.world;
  /** Answers the oldest call that has no answer. */
  const answer = async (verdict: DeliveryVerdict) => {
    hooks.deliveries.shift()!.answer(verdict);
    await clock.quiet();
  };
  const pull = (max: number, waitMs = 0, signal: AbortSignal | null = null) =>
    broker.puller.pull(stage.receiver, subKey, max, waitMs, signal);
  return { hooks, stage, subKey, sink, broker, clock, answer, pull };
}

export const skip = (delaySec: number | null = null) => ({ kind: 'skip', delaySec }) as const;
export const failure = (cause: 'error' | 'timeout' | 'unavailable', error = 'no') =>
  ({ kind: 'failed', cause, error }) as const;
export const deleted = { kind: 'delete' } as const;

/** The data of each message that came, with its count. */
export function countsOf(sink: { deliveries: { messages: { data: unknown; delivery_count: number }[] }[] }) {
  return sink.deliveries.flatMap(({ messages }) => messages.map(one => [one.data, one.delivery_count]));
}
