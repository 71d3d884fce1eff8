import * as assert from 'uvu/assert';
import { isQueueing } from '../../../src/broker/options.js';
import { check } from './check.js';
import { respond } from './commands/settle.js';
import type { Model } from './model.js';
import type { Play } from './play.js';

const roundsMax = 200;

/** In the end everyone comes, and acknowledges all; then every queue is empty. */
export async function drain(model: Model, play: Play): Promise<void> {
  const { world } = play;
  model.round += 1;
  const sink = world.sink(recorded => play.events.push(recorded));
  for (const queue of model.queues) {
    const active_status = isQueueing(queue.options) ? 'pub-sub' : 'sub-only';
    const changes = { active_status, delivery_method: 'notify' } as const;
    await world.use(queue.subKey, one => world.broker.subscriber.change(one, changes, []));
    queue.options = { ...queue.options, ...changes };
    await check(model, play);
    await world.attach(play.endpoint(queue.username), queue.subKey, sink);
    queue.sink = sink;
    queue.retreat();
    await check(model, play);
  }
  for (let round = 0; model.queues.some(queue => queue.queued(play.now).length > 0); round += 1) {
    assert.ok(round < roundsMax, 'the queues do not become empty');
    for (const queue of model.queues) {
      for (const delivery of queue.unanswered.splice(0))
        respond(queue, delivery, { kind: 'ack', nacked: [] }, play.now);
    }
    await world.clock.advance(1_000);
    await check(model, play);
  }
}
