import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { isQueueing } from '../../../../src/broker/subscriptions/options.js';
import type { Published } from '../../../sim/world.js';
import { type Model, microsecond } from '../model.js';
import { type Play, topics } from '../play.js';
import { Command } from './command.js';

const message = fc.record({
  topic: fc.constantFrom(...topics),
  priority: fc.constantFrom(1, 5, 5, 5, 9),
  expirationSec: fc.constantFrom(1, 4, 12, 600, 600, 600),
  isInRam: fc.constantFrom(false, false, true),
});

/** Some messages in one turn. */
export const publish = fc
  .record({ messages: fc.array(message, { minLength: 1, maxLength: 6 }) })
  .map(args => new Command('publish', args, (model, play) => publishAll(model, play, args.messages)));

async function publishAll(model: Model, play: Play, given: MessageArgs[]) {
  const numbered = given.map(one => ({ ...one, data: model.nextData() }));
  const outcomes = await play.world.publish(
    play.publisher,
    ...numbered.map(one => ({
      topicName: one.topic,
      priority: one.priority,
      expiration: one.expirationSec,
      data: `${one.data}`,
      hasGd: !one.isInRam,
    })),
  );
  for (const [index, one] of numbered.entries()) {
    if (isRefused(model, one.topic, outcomes[index])) continue;
    const expirationSec = lifeOf(model, one);
    const receivedMs = play.now + microsecond;
    model.accept({ ...one, msgId: storedId(outcomes[index]), receivedMs, expirationSec, to: null });
  }
}

/** With an id of its own, perhaps one that was used before. */
export const publishNamed = fc
  .record({ message, again: fc.option(fc.nat(20), { nil: undefined, freq: 2 }) })
  .map(args => new Command('publishNamed', args, (model, play) => publishWithId(model, play, args)));

async function publishWithId(model: Model, play: Play, { message, again }: { message: MessageArgs; again?: number }) {
  const { topic, priority, isInRam } = message;
  const data = model.nextData();
  const used = again === undefined ? undefined : model.named[again % model.named.length];
  const msgId = used ?? `zpsm-own-${data}`;
  const hasGd = !isInRam;
  const expiration = message.expirationSec;
  const publication = { topicName: topic, priority, expiration, data: `${data}`, msgId, hasGd };
  const [outcome] = await play.world.publish(play.publisher, publication);
  if (isRefused(model, topic, outcome)) return;
  const isNewInRam = isInRam && !used;
  assert.equal(outcome, { msgId, isDuplicate: used !== undefined, ...(isNewInRam ? { isInRam } : {}) });
  if (used) return;
  model.named.push(msgId);
  const expirationSec = lifeOf(model, message);
  model.accept({ msgId, topic, priority, receivedMs: play.now + microsecond, expirationSec, data, to: null, isInRam });
}

/** For the mailboxes of some subscriptions, or later, or both. */
export const publishAside = fc
  .record({
    message,
    to: fc.option(fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 }), { nil: undefined }),
    delay: fc.constantFrom(0, 0, 1, 3),
  })
  .map(args => new Command('publishAside', args, (model, play) => publishTo(model, play, args)));

async function publishTo(model: Model, play: Play, args: { message: MessageArgs; to?: number[]; delay: number }) {
  const { topic, priority, isInRam: isForRam } = args.message;
  const picked = args.to?.flatMap(number => model.pick(number) ?? []) ?? [];
  const to = picked.length > 0 ? [...new Set(picked)] : null;
  const data = model.nextData();
  const [outcome] = await play.world.publish(play.publisher, {
    topicName: topic,
    priority,
    expiration: args.message.expirationSec,
    data: `${data}`,
    delay: args.delay,
    hasGd: !isForRam,
    deliverToSk: to?.map(queue => queue.subKey),
  });
  if (isRefused(model, topic, outcome)) return;
  if (to?.some(queue => !model.hasRight(queue.username, topic))) {
    assert.ok(outcome && 'error' in outcome, 'a message was addressed to someone who may not receive it');
    assert.is(outcome.error.name, 'forbidden');
    return;
  }
  const receivedMs = play.now + Math.max(microsecond, args.delay * 1000);
  const queueing = to?.filter(queue => isQueueing(queue.options)) ?? null;
  const isInRam = isForRam && args.delay === 0;
  const accepted = {
    msgId: storedId(outcome),
    topic,
    priority,
    receivedMs,
    expirationSec: lifeOf(model, args.message),
    data,
    to: queueing,
    isInRam,
  };
  if (args.delay > 0 && queueing?.length !== 0) model.delay(accepted);
  else model.accept(accepted);
}

type MessageArgs = { topic: string; priority: number; expirationSec: number; isInRam: boolean };

/** A topic that is switched off takes nothing, not even what was published before. */
function isRefused(model: Model, topic: string, outcome: Published | undefined): boolean {
  if (model.topic(topic).isActive) return false;
  assert.ok(outcome && 'error' in outcome, `${topic} takes messages although it is switched off`);
  assert.is(outcome.error.name, 'topic_inactive');
  return true;
}

/** Seconds; the topic may permit less than was asked for. */
export function lifeOf(model: Model, { topic, expirationSec }: { topic: string; expirationSec: number }): number {
  return Math.min(expirationSec, model.topic(topic).expiryMax);
}

function storedId(outcome: Published | undefined): string {
  assert.ok(outcome && 'msgId' in outcome, `not stored: ${outcome && 'error' in outcome ? outcome.error.message : ''}`);
  assert.not(outcome.isDuplicate);
  return outcome.msgId;
}
