import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeliveryVerdict } from '../../../src/broker/hooks/hooks.js';
import { drawFrom } from '../../sim/draw.js';
import { changed, HookDouble } from '../../sim/hook-double.js';
import type { Recorded, RecordingSink } from '../../sim/recording-sink.js';
import { Stage } from '../../sim/stage.js';

const test = suite('broker: hooks in a storm');

const messagesMax = 60;
/** What the hook does with a message is told by its number. */
const isDeleted = (n: number) => n % 7 === 3;
const isTroubled = (n: number) => n % 5 === 4;

/** Publishes, verdicts, acks, sockets that end and crashes in an order that is drawn, until nothing is left to do. */
class Storm {
  readonly #stage: Stage;
  readonly #hooks: HookDouble;
  readonly #draw: () => number;
  readonly #subKey: string;
  readonly #open: Recorded[] = [];
  /** Deliveries of messages, in their order. */
  readonly received: { n: number; count: number }[] = [];
  readonly #troubles = new Map<number, number>();
  #sink: RecordingSink | null = null;
  #published = 0;

  private constructor(stage: Stage, hooks: HookDouble, draw: () => number, subKey: string) {
    this.#stage = stage;
    this.#hooks = hooks;
    this.#draw = draw;
    this.#subKey = subKey;
  }

  static async set(seed: number): Promise<Storm> {
    const hooks = new HookDouble({ '/t': ['before_delivery'] });
    const limits = { hook_calls_max: 4, overlay_rows_max: seed % 2 ? 4 : 1_000, sent_mark_block: 8 };
    const stage = await Stage.open({ seed, hooks: hooks.parts, limits });
    const options = { delivery_batch_size: 5, max_in_flight: 12, wait_non_sock_err: 1, max_frame_bytes: 2_000 };
    return new Storm(stage, hooks, drawFrom(seed), await stage.subscribe(['/t', '/plain'], options));
  }

  async rage(): Promise<void> {
    for (let step = 0; step < 400; step += 1) await this.#step(this.#draw());
    while (this.#published < messagesMax) await this.#publish();
    if (!this.#sink) await this.#attach();
    for (let calm = 0; calm < 200; calm += 1) {
      while (this.#hooks.deliveries.length > 0) await this.#answer();
      while (this.#open.length > 0) this.#open.shift()!.attempt.acked();
      await this.#stage.world.clock.advance(1_000);
    }
  }

  depth(): Promise<number> {
    return this.#stage.world.depth(this.#subKey);
  }

  inFlight(): Promise<number> {
    return this.#stage.world.use(this.#subKey, async subscription => subscription.inFlight);
  }

  async #step(chance: number): Promise<void> {
    if (chance < 0.25 && this.#published < messagesMax) await this.#publish();
    else if (chance < 0.6 && this.#hooks.deliveries.length > 0) await this.#answer();
    else if (chance < 0.75 && this.#open.length > 0) this.#settle();
    else if (chance < 0.8) await this.#end();
    else if (chance < 0.82) await this.#crash();
    else if (!this.#sink) await this.#attach();
    else await this.#stage.world.clock.advance(300);
  }

  async #publish(): Promise<void> {
    const n = this.#published++;
    const topicName = this.#draw() < 0.3 && !isDeleted(n) && !isTroubled(n) ? '/plain' : '/t';
    await this.#stage.publish([n], { topicName });
  }

  async #answer(): Promise<void> {
    const { deliveries } = this.#hooks;
    const [asked] = deliveries.splice(Math.floor(this.#draw() * deliveries.length), 1);
    asked!.answer(this.#verdictOn(asked!.data as number));
    await this.#stage.world.clock.quiet();
  }

  #verdictOn(n: number): DeliveryVerdict {
    if (isDeleted(n)) return { kind: 'delete' };
    const troubles = this.#troubles.get(n) ?? 0;
    this.#troubles.set(n, troubles + 1);
    if (isTroubled(n) && troubles < 3) {
      if (troubles === 0) return { kind: 'skip', delaySec: null };
      return { kind: 'failed', cause: troubles === 1 ? 'unavailable' : 'error', error: 'trouble' };
    }
    return n % 2 ? { kind: 'pass', change: null } : changed({ data: [n, 'x'.repeat(400)] });
  }

  #settle(): void {
    const { attempt } = this.#open.splice(Math.floor(this.#draw() * this.#open.length), 1)[0]!;
    if (this.#draw() < 0.2) attempt.failed('not now');
    else attempt.acked();
  }

  async #attach(): Promise<void> {
    const { world, receiver } = this.#stage;
    const sink = world.sink(recorded => {
      // A process that was killed sends nothing more.
      if (sink !== this.#sink) return;
      this.#open.push(recorded);
      for (const { data, delivery_count: count } of recorded.messages) {
        this.received.push({ n: Array.isArray(data) ? (data[0] as number) : (data as number), count });
      }
    });
    this.#sink = sink;
    await world.attach(receiver, this.#subKey, sink);
  }

  async #end(): Promise<void> {
    if (!this.#sink) return;
    this.#open.length = 0;
    await this.#stage.world.drop(this.#sink);
    this.#sink = null;
  }

  async #crash(): Promise<void> {
    this.#open.length = 0;
    this.#sink = null;
    this.#hooks.deliveries.length = 0;
    await this.#stage.world.crash(this.#draw() < 0.5 ? 'lost' : 'kept');
  }
}

for (let seed = 1; seed <= 20; seed += 1) {
  test(`seed ${seed}: all that no hook deleted is received, in order where nothing was put off, and nothing is left`, async () => {
    const storm = await Storm.set(seed);
    await storm.rage();
    assert.equal([await storm.depth(), await storm.inFlight()], [0, 0]);
    const firsts = [...new Set(storm.received.map(({ n }) => n))];
    const expected = Array.from({ length: messagesMax }, (_, n) => n).filter(n => !isDeleted(n));
    assert.equal(
      [...firsts].sort((a, b) => a - b),
      expected,
    );
    const smooth = firsts.filter(n => !isTroubled(n));
    assert.equal(
      smooth,
      [...smooth].sort((a, b) => a - b),
      'first deliveries are in order',
    );
    const seen = new Map<number, number>();
    for (const { n, count } of storm.received) {
      const times = (seen.get(n) ?? 0) + 1;
      seen.set(n, times);
      assert.ok(count >= times, `(5) message ${n}: ${count} is lower than ${times}`);
    }
  });
}

test.run();
