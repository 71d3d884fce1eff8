import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Model, ModelDelay } from '../model.js';
import type { Play } from '../play.js';
import { Command, refusal } from './command.js';
import { lifeOf } from './publish.js';

const changes = fc.record(
  {
    delaySec: fc.constantFrom(1, 2, 9),
    priority: fc.constantFrom(1, 5, 9),
    expirationSec: fc.constantFrom(1, 30),
    data: fc.constant(true),
  },
  { requiredKeys: [] },
);

/** Changes a message that is not due, or was once. */
export const updateDelayed = fc
  .record({ pick: fc.nat(20), changes, isOld: fc.constantFrom(false, false, true) })
  .map(args => new Command('updateDelayed', args, (model, play) => updateOne(model, play, args)));

interface UpdateArgs {
  pick: number;
  changes: { delaySec?: number; priority?: number; expirationSec?: number; data?: boolean };
  isOld: boolean;
}

async function updateOne(model: Model, play: Play, { pick, changes, isOld }: UpdateArgs): Promise<void> {
  const { msgId, delayed } = pickOne(model, pick);
  if (!msgId) return;
  const { delaySec, priority, expirationSec: expiration } = changes;
  const { delayed: core } = play.world.broker;
  const data = changes.data ? model.nextData() : undefined;
  const receivedMicros = delaySec === undefined ? undefined : core.dueIn(delaySec);
  const edit = { data: data?.toString(), priority, expiration, receivedMicros };
  const version = delayed && delayed.version - (isOld ? 1 : 0);
  const work = play.world.run(core.find(msgId)).then(row => play.world.run(core.update(row, edit, version)));
  const expected = isOld ? 'conflict' : null;
  assert.is(await refusal(work), delayed ? expected : 'not_found', `update of the delayed ${msgId}`);
  if (!delayed || isOld) return;
  delayed.version += 1;
  delayed.data = data ?? delayed.data;
  delayed.priority = priority ?? delayed.priority;
  if (expiration !== undefined)
    delayed.expirationSec = lifeOf(model, { topic: delayed.topic, expirationSec: expiration });
  if (delaySec !== undefined) delayed.receivedMs = play.now + delaySec * 1000;
  await checkListed(model, play);
}

export const cancelDelayed = fc.record({ pick: fc.nat(20) }).map(
  args =>
    new Command('cancelDelayed', args, async (model, play) => {
      const { msgId, delayed } = pickOne(model, args.pick);
      if (!msgId) return;
      const { delayed: core } = play.world.broker;
      const work = play.world.run(core.find(msgId)).then(row => play.world.run(core.cancel(row)));
      assert.is(await refusal(work), delayed ? null : 'not_found', `cancel of the delayed ${msgId}`);
      model.delayed = model.delayed.filter(one => one !== delayed);
      await checkListed(model, play);
    }),
);

function pickOne({ delayed, onceDelayed }: Model, pick: number): { msgId?: string; delayed?: ModelDelay } {
  const one = delayed[pick % (delayed.length + 1)];
  const msgId = one?.msgId ?? onceDelayed[pick % onceDelayed.length];
  return { msgId, delayed: delayed.find(other => other.msgId === msgId) };
}

/** What is delayed is listed in the order in which it is due, as it was published or changed. */
async function checkListed(model: Model, play: Play): Promise<void> {
  const { items } = await play.world.run(play.world.broker.delayed.list({ endpointId: null, limit: 1_000 }));
  const shown = items.map(text => {
    const { msg_id, data, priority, expiration, version } = JSON.parse(text);
    return { msgId: msg_id, data, priority, expirationSec: expiration, version };
  });
  const expected = model.delayed
    .toSorted((a, b) => a.receivedMs - b.receivedMs)
    .map(({ msgId, data, priority, expirationSec, version }) => ({ msgId, data, priority, expirationSec, version }));
  assert.equal(shown, expected, 'what is delayed is listed');
}
