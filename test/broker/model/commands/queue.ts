import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { checkBrowse } from '../check.js';
import { observePull } from '../observe.js';
import { Command, refusal } from './command.js';

export const browse = fc.record({ queue: fc.nat(3), most: fc.constantFrom(1, 2, 5, 50) }).map(
  args =>
    new Command('browse', args, async (model, play) => {
      const queue = model.pick(args.queue);
      if (queue) await checkBrowse(queue, play, args.most);
    }),
);

export const pull = fc.record({ queue: fc.nat(3), most: fc.integer({ min: 1, max: 4 }) }).map(
  args =>
    new Command('pull', args, async (model, play) => {
      const queue = model.pick(args.queue);
      if (!queue) return;
      const { puller } = play.world.broker;
      const work = play.world.run(puller.pull(play.endpoint(queue.username), queue.subKey, args.most, 0, null));
      if (queue.sink && queue.options.delivery_method === 'notify') {
        assert.is(await refusal(work), 'conflict');
        return;
      }
      observePull(queue, JSON.parse(await work), play.now);
    }),
);

export const remove = fc.record({ queue: fc.nat(3), pick: fc.nat(30) }).map(
  args =>
    new Command('delete', args, async (model, play) => {
      const queue = model.pick(args.queue);
      const copy = queue?.copies[args.pick % queue.copies.length];
      if (!queue || !copy) return;
      const isQueued = copy.isQueued(play.now);
      const work = play.world.use(queue.subKey, one => play.world.broker.queue.delete(one, copy.message.msgId));
      const refused = await refusal(work);
      assert.is(refused === null, isQueued, `delete of message ${copy.data}: ${refused}`);
      if (isQueued) copy.settle(false);
    }),
);

export const clear = fc.record({ queue: fc.nat(3) }).map(
  args =>
    new Command('clear', args, async (model, play) => {
      const queue = model.pick(args.queue);
      if (!queue) return;
      const count = await play.world.use(queue.subKey, one => play.world.broker.queue.clear(one));
      assert.is(count, queue.queued(play.now).length, 'count of a clear');
      queue.clear();
    }),
);
