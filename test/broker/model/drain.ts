import * as assert from 'uvu/assert';
import { isQueueing } from '../../../src/broker/subscriptions/options.js';
import { check } from './check.js';
import { releaseOne } from './commands/change.js';
import { respond } from './commands/settle.js';
import type { Model } from './model.js';
import { type Play, topics } from './play.js';

/** Until then, what was delayed has come. */
const roundsMin = 12;
const roundsMax = 200;
/** By then the sweeper has gone over everything. */
const sweptWithinMs = 30_000;

/** In the end everyone comes, and acknowledges all; then every queue is empty, and so is the log. */
export async function drain(model: Model, play: Play): Promise<void> {
  const { world } = play;
  model.round += 1;
  const sink = world.sink(recorded => play.events.push(recorded));
  for (const queue of model.queues) {
    const active_status = isQueueing(queue.options) ? 'pub-sub' : 'sub-only';
    const changes = { active_status, delivery_method: 'notify' } as const;
    await world.use(queue.subKey, one => world.broker.subscriber.change(one, changes, []));
    queue.options = { ...queue.options, ...changes };
    for (const copy of queue.copies) if (copy.isHeld) await releaseOne(play, queue, copy);
    await check(model, play);
    await world.attach(play.endpoint(queue.username), queue.subKey, sink);
    queue.sink = sink;
    queue.retreat();
    await check(model, play);
  }
  // What expired in a receiver's hands holds its lane until the receiver has answered.
  const isLeft = () => model.queues.some(queue => queue.queued(play.now).length + queue.unanswered.length > 0);
  for (let round = 0; round < roundsMin || isLeft(); round += 1) {
    assert.ok(round < roundsMax, 'the queues do not become empty');
    for (const queue of model.queues) {
      for (const delivery of queue.unanswered.splice(0))
        respond(queue, delivery, { kind: 'ack', nacked: [] }, play.now);
    }
    await world.clock.advance(1_000);
    await check(model, play);
  }
  // What a queue has passed without settling anything is written when its receiver goes.
  await world.drop(sink);
  for (const queue of model.queues) queue.sink = null;
  // Nothing stays for its own sake any more.
  const { topicAdmin, topics: made } = world.broker;
  for (const name of topics.filter(one => made.find(one)))
    await world.run(topicAdmin.declare(name, { limit_retention: 0 }));
  // The sweeper looks at cursors again only if something happened; nobody sees a system topic here.
  await world.publish(play.publisher, { topicName: '/holdfast/unseen' });
  await world.clock.advance(sweptWithinMs);
  await check(model, play);
  if (!model.hasStrays) assert.is((await world.size()).bytes, 0, 'messages that nobody needs are not removed');
}
