import { Schemas } from '../../src/api/schemas.js';
import type { HookParts } from '../../src/broker/hooks/hook-calls.js';
import type {
  BeforeDeliveryCall,
  BeforePublishCall,
  DeliveryVerdict,
  Heard,
  HookName,
  Hooks,
  PublishVerdict,
  SubscribedCall,
  UnsubscribedCall,
} from '../../src/broker/hooks/hooks.js';
import { overlaps } from '../../src/protocol/overlap.js';

const schemas = Schemas.load();

/** A call that has not been answered. */
export interface Asked<Call, Verdict> {
  call: Call;
  /** The `data` of its message. */
  data: unknown;
  answer(verdict: Verdict): void;
}

/** Hooks that a test answers by hand; what it says beforehand is answered at once. */
export class HookDouble implements Hooks {
  version = 1;
  /** Topics or patterns with their hooks. */
  readonly loaded = new Map<string, readonly HookName[]>();
  readonly publishes: Asked<BeforePublishCall, PublishVerdict>[] = [];
  readonly deliveries: Asked<BeforeDeliveryCall, DeliveryVerdict>[] = [];
  readonly heard: (({ on: 'subscribed' } & SubscribedCall) | ({ on: 'unsubscribed' } & UnsubscribedCall))[] = [];
  readonly logged: object[] = [];
  onPublish: ((data: unknown, call: BeforePublishCall) => PublishVerdict) | null = null;
  onDelivery: ((data: unknown, call: BeforeDeliveryCall) => DeliveryVerdict) | null = null;
  onHeard: () => Heard = () => ({ kind: 'heard' });

  constructor(loaded: Record<string, readonly HookName[]>) {
    for (const [pattern, names] of Object.entries(loaded)) this.loaded.set(pattern, names);
  }

  get parts(): HookParts {
    const check = (params: object) => schemas.check('publish', params);
    return { hooks: this, check, log: { warn: details => this.logged.push(details) } };
  }

  get isEmpty(): boolean {
    return this.loaded.size === 0;
  }

  of(topicName: string): ReadonlySet<HookName> | null {
    const names = [...this.loaded].filter(([pattern]) => overlaps(pattern, topicName)).flatMap(([, one]) => one);
    return names.length > 0 ? new Set(names) : null;
  }

  beforePublish(call: BeforePublishCall): Promise<PublishVerdict> {
    return this.#ask(call, this.publishes, this.onPublish);
  }

  beforeDelivery(call: BeforeDeliveryCall): Promise<DeliveryVerdict> {
    return this.#ask(call, this.deliveries, this.onDelivery);
  }

  async onSubscribed(call: SubscribedCall): Promise<Heard> {
    this.heard.push({ on: 'subscribed', ...call });
    return this.onHeard();
  }

  async onUnsubscribed(call: UnsubscribedCall): Promise<Heard> {
    this.heard.push({ on: 'unsubscribed', ...call });
    return this.onHeard();
  }

  async #ask<Call extends { message: string }, Verdict>(
    call: Call,
    asked: Asked<Call, Verdict>[],
    atOnce: ((data: unknown, call: Call) => Verdict) | null,
  ): Promise<Verdict> {
    const { data } = JSON.parse(call.message) as { data: unknown };
    if (atOnce) return atOnce(data, call);
    return new Promise<Verdict>(answer => asked.push({ call, data, answer }));
  }
}

/** Lets the message pass with these attributes replaced. */
export function changed(attributes: Record<string, unknown>): { kind: 'pass'; change: string } {
  return { kind: 'pass', change: JSON.stringify(attributes) };
}

export const unchanged = { kind: 'pass', change: null } as const;
