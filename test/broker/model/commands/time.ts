import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Copy } from '../copy.js';
import { type Model, microsecond } from '../model.js';
import { type Play, topics } from '../play.js';
import type { QueueModel } from '../queue-model.js';
import { Command } from './command.js';
import { lifeOf } from './publish.js';
import { respond } from './settle.js';

export const pass = fc.record({ ms: fc.constantFrom(5, 500, 1_000, 3_000, 8_000) }).map(
  args =>
    new Command('pass', args, async (model, play) => {
      await play.world.clock.advance(args.ms);
      // Settlements wait at most 10 ms for company.
      if (args.ms > 10) for (const queue of model.queues) queue.harden();
    }),
);

export const sweep = fc.constant(
  new Command('sweep', {}, async (_model, play) => {
    const sweeping = play.world.broker.sweeper.sweep();
    await play.world.clock.advance(200);
    await play.world.run(sweeping);
  }),
);

/** A clean stop and start. */
export const restart = fc.constant(
  new Command('restart', {}, async (model, play) => {
    for (const sink of play.sinks) await play.world.drop(sink);
    await play.world.restart();
    play.newSinks();
    for (const queue of model.queues) {
      const { isMarked } = queue;
      queue.sink = null;
      queue.endWithProcess();
      queue.retreat();
      queue.isMarked = isMarked;
      queue.harden();
    }
  }),
);

/** The process is killed while it writes publishes and settlements. */
export const crash = fc
  .record({
    publishes: fc.array(fc.constantFrom(...topics), { maxLength: 4 }),
    acks: fc.array(fc.nat(3), { maxLength: 2 }),
    steps: fc.nat(12),
    unanswered: fc.constantFrom('lost', 'kept'),
  })
  .map(args => new Command('crash', args, (model, play) => crashAmid(model, play, args)));

interface CrashArgs {
  publishes: string[];
  acks: number[];
  steps: number;
  unanswered: 'lost' | 'kept';
}

async function crashAmid(model: Model, play: Play, { publishes, acks, steps, unanswered }: CrashArgs): Promise<void> {
  for (const number of acks) {
    const queue = model.pick(number);
    const delivery = queue?.unanswered.shift();
    if (queue && delivery) respond(queue, delivery, { kind: 'ack', nacked: [] }, play.now);
  }
  const started = publishes.map(topicName => ({ topicName, data: model.nextData(), expiration: 600 }));
  const messages = started.map(one => ({ ...one, data: `${one.data}` }));
  const outcomes = play.world.startPublish(play.publisher, messages);
  for (let step = 0; step < steps; step += 1) await play.world.clock.step();
  const answered = started.filter((_, index) => outcomes[index] && 'msgId' in outcomes[index]);
  // Deliveries of this moment count as sent; the model sees them only after it knows what is stored.
  const sent = play.events.splice(0);
  await play.world.crash(unanswered);
  play.newSinks();
  const found = await foundMessages(model, play);
  for (const { topicName: topic, data } of started) {
    const seen = found.get(data);
    if (answered.some(one => one.data === data)) assertSeen(model, topic, seen);
    const msgId = seen ?? '';
    if (seen)
      model.accept({
        msgId,
        topic,
        priority: 5,
        receivedMs: play.now + microsecond,
        expirationSec: lifeOf(model, { topic, expirationSec: 600 }),
        data,
        to: null,
      });
  }
  for (const { subKey, messages } of sent) {
    const queue = model.find(subKey);
    for (const { data } of messages) {
      const copy = queue?.copies.find(one => one.data === data);
      if (copy) copy.sent += 1;
    }
  }
  for (const queue of model.queues) await comeBack(queue, play);
}

function assertSeen(model: Model, topic: string, msgId: string | undefined): void {
  const isWanted = model.queues.some(queue => {
    queue.enter({ ...nothing, topic }, model.hasRight(queue.username, topic));
    return queue.copies.at(-1)?.message.index === nothing.index && queue.copies.pop() !== undefined;
  });
  assert.is(isWanted, msgId !== undefined, `an answered publish to ${topic} is lost`);
}

const nothing = {
  index: -1,
  round: 0,
  msgId: '',
  topic: '',
  priority: 5,
  receivedMs: 0,
  expiresAt: 0,
  data: 0,
  isInRam: false,
};

/** Ids of the messages in any queue, by their data. */
async function foundMessages(model: Model, play: Play): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for (const { subKey } of model.queues) {
    for (const { data, msg_id } of (await play.browse(subKey)).messages) found.set(data as number, msg_id);
  }
  return found;
}

/** What was not on disk for sure is what the queue shows now; everything else is as it was. */
async function comeBack(queue: QueueModel, play: Play): Promise<void> {
  queue.sink = null;
  queue.endWithProcess();
  queue.retreat();
  queue.isMarked = true;
  const states = new Map((await play.browse(queue.subKey)).messages.map(({ data, state }) => [data, state]));
  for (const copy of queue.copies) {
    copy.isExact = false;
    if (copy.place === 'retry' && copy.state === 'open' && states.get(copy.data) === 'ready') leaveOverlay(copy);
    if (!copy.isSoft) continue;
    copy.isSoft = false;
    // The last nack may be lost, and the time of an earlier one hold.
    copy.isVague = true;
    const state = states.get(copy.data);
    if (!state || copy.state !== 'settled') continue;
    copy.state = 'open';
    if (copy.expiresAt <= play.now) continue;
    if (state === 'retry') copy.place = 'retry';
  }
}

/** It was to be given back when the process ended, or waited in its lane because the overlay was full. */
function leaveOverlay(copy: Copy): void {
  assert.ok(copy.isSoft || copy.mayBeInPlace, `the nack of message ${copy.data} was forgotten`);
  copy.place = copy.isTouched ? 'edited' : 'line';
  copy.dueAt = 0;
}
