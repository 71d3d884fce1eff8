import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { checkBrowse } from '../check.js';
import type { Copy } from '../copy.js';
import type { Model } from '../model.js';
import { observePull } from '../observe.js';
import type { Play } from '../play.js';
import type { QueueModel } from '../queue-model.js';
import { smallLimits } from '../small-limits.js';
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

const changes = fc.record(
  { priority: fc.constantFrom(1, 5, 9), expirationSec: fc.constantFrom(1, 30), data: fc.constant(true) },
  { requiredKeys: [] },
);

export const update = fc
  .record({ queue: fc.nat(3), pick: fc.nat(30), changes, isOld: fc.constantFrom(false, false, true) })
  .map(args => new Command('update', args, (model, play) => updateOne(model, play, args)));

interface UpdateArgs {
  queue: number;
  pick: number;
  changes: { priority?: number; expirationSec?: number; data?: boolean };
  isOld: boolean;
}

async function updateOne(model: Model, play: Play, { queue: number, pick, changes, isOld }: UpdateArgs) {
  const queue = model.pick(number);
  const copy = queue?.copies[pick % queue.copies.length];
  if (!queue || !copy) return;
  const data = changes.data ? model.nextData() : copy.data;
  const { priority, expirationSec: expiration } = changes;
  const edit = { data: changes.data ? `${data}` : undefined, priority, expiration };
  const version = isOld ? copy.version - 1 : copy.version;
  const work = play.world.use(queue.subKey, one =>
    play.world.broker.queue.update(one, copy.message.msgId, edit, version),
  );
  const refused = await refusal(work);
  const expected = whyNot(queue, copy, isOld, play.now);
  if (refused === 'overloaded' && mayBeFull(queue)) return;
  // Beyond the bound of the overlay a message waits in its lane, as if it were out.
  if (refused === 'conflict' && copy.place === 'retry' && !copy.isExact) return;
  assert.ok(expected.includes(refused), `update of message ${copy.data}: ${refused} instead of ${expected}`);
  if (refused) return;
  Object.assign(copy, { data, priority: priority ?? copy.priority, version: copy.version + 1 });
  if (expiration !== undefined) copy.expiresAt = Math.ceil(copy.message.receivedMs + expiration * 1000);
  if (copy.place === 'line') copy.place = 'edited';
  queue.harden();
}

function whyNot(queue: QueueModel, copy: Copy, isOld: boolean, now: number): (string | null)[] {
  if (!copy.isQueued(now)) return ['not_found', 'conflict'];
  if (copy.out || isOld) return ['conflict'];
  return copy.place === 'line' && queue.offLine >= smallLimits.overlay_rows_max ? ['overloaded', null] : [null];
}

function mayBeFull(queue: QueueModel): boolean {
  return queue.copies.filter(copy => copy.place !== 'line').length >= smallLimits.overlay_rows_max;
}

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
