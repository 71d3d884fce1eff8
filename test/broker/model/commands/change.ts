import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Subscription } from '../../../../src/broker/subscriptions/subscription.js';
import type { Copy } from '../copy.js';
import { expiryOf, type Model } from '../model.js';
import type { Play } from '../play.js';
import type { QueueModel } from '../queue-model.js';
import { smallLimits } from '../small-limits.js';
import { Command, refusal } from './command.js';
import { lifeOf } from './publish.js';

const changes = fc.record(
  { priority: fc.constantFrom(1, 5, 9), expirationSec: fc.constantFrom(1, 30), data: fc.constant(true) },
  { requiredKeys: [] },
);

export const update = fc
  .record({ queue: fc.nat(3), pick: fc.nat(30), changes, isOld: fc.constantFrom(false, false, true) })
  .map(args => new Command('update', args, (model, play) => updateOne(model, play, args)));

interface Picked {
  queue: number;
  pick: number;
}

interface UpdateArgs extends Picked {
  changes: { priority?: number; expirationSec?: number; data?: boolean };
  isOld: boolean;
}

async function updateOne(model: Model, play: Play, { changes, isOld, ...picked }: UpdateArgs) {
  const [queue, copy] = pickOne(model, picked);
  if (!queue || !copy) return;
  const data = changes.data ? model.nextData() : copy.data;
  const { priority, expirationSec: expiration } = changes;
  const edit = { data: changes.data ? `${data}` : undefined, priority, expiration };
  const version = isOld ? copy.version - 1 : copy.version;
  const isDone = await changed(play, queue, copy, isOld, one =>
    play.world.broker.queue.update(one, copy.message.msgId, edit, version),
  );
  if (!isDone) return;
  Object.assign(copy, { data, priority: priority ?? copy.priority, version: copy.version + 1 });
  if (priority !== undefined) copy.top = 0;
  const { receivedMs, topic } = copy.message;
  if (expiration !== undefined)
    copy.expiresAt = expiryOf({ receivedMs, expirationSec: lifeOf(model, { topic, expirationSec: expiration }) });
  copy.touch();
}

export const hold = byName('hold', async (play, queue, copy) => {
  const { msgId } = copy.message;
  if (!(await changed(play, queue, copy, false, one => play.world.broker.queue.hold(one, msgId)))) return;
  copy.isHeld = true;
  copy.touch();
});

export const release = byName('release', releaseOne);

export async function releaseOne(play: Play, queue: QueueModel, copy: Copy): Promise<void> {
  const { msgId } = copy.message;
  if (!copy.isHeld) {
    // Nothing is done, so a full overlay keeps nobody from it.
    const isFree = copy.isQueued(play.now) && !copy.out;
    const refused = await refusal(play.world.use(queue.subKey, one => play.world.broker.queue.release(one, msgId)));
    if (isFree && copy.isExact) assert.is(refused, null, `release of message ${copy.data}`);
    return;
  }
  if (!(await changed(play, queue, copy, false, one => play.world.broker.queue.release(one, msgId)))) return;
  copy.isHeld = false;
  copy.dueAt = 0;
}

export const moveToTop = byName('moveToTop', async (play, queue, copy) => {
  const { msgId } = copy.message;
  if (!(await changed(play, queue, copy, false, one => play.world.broker.queue.moveToTop(one, msgId)))) return;
  queue.moves += 1;
  Object.assign(copy, { priority: 9, top: queue.moves, dueAt: 0, version: copy.version + 1 });
  copy.touch();
});

function byName(name: string, act: (play: Play, queue: QueueModel, copy: Copy) => Promise<void>) {
  return fc.record({ queue: fc.nat(3), pick: fc.nat(30) }).map(
    args =>
      new Command(name, args, async (model, play) => {
        const [queue, copy] = pickOne(model, args);
        if (queue && copy) await act(play, queue, copy);
      }),
  );
}

function pickOne(model: Model, { queue: number, pick }: Picked): [QueueModel | undefined, Copy | undefined] {
  const queue = model.pick(number);
  return [queue, queue?.copies[pick % queue.copies.length]];
}

/** Changes one message. True if that was done; it is asserted that it was done or refused rightly. */
async function changed(
  play: Play,
  queue: QueueModel,
  copy: Copy,
  isOld: boolean,
  change: (subscription: Subscription) => Promise<unknown>,
): Promise<boolean> {
  const refused = await refusal(play.world.use(queue.subKey, change));
  const expected = whyNot(queue, copy, isOld, play.now);
  if (refused === 'overloaded' && mayBeFull(queue)) return false;
  // Beyond the bound of the overlay a message waits in its lane, as if it were out.
  if (refused === 'conflict' && copy.place === 'retry' && !copy.isExact) return false;
  assert.ok(expected.includes(refused), `a change of message ${copy.data}: ${refused} instead of ${expected}`);
  if (refused === null) queue.harden();
  return refused === null;
}

function whyNot(queue: QueueModel, copy: Copy, isOld: boolean, now: number): (string | null)[] {
  if (!copy.isQueued(now)) return ['not_found', 'conflict'];
  if (copy.out || isOld) return ['conflict'];
  return copy.place === 'line' && queue.offLine >= smallLimits.overlay_rows_max ? ['overloaded', null] : [null];
}

function mayBeFull(queue: QueueModel): boolean {
  return queue.copies.filter(copy => copy.place !== 'line').length >= smallLimits.overlay_rows_max;
}
