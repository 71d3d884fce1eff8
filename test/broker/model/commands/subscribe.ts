import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { subscriptionDefaults } from '../../../../src/broker/subscriptions/options.js';
import { isPattern } from '../../../../src/protocol/names.js';
import type { RecordingSink } from '../../../sim/recording-sink.js';
import type { Model } from '../model.js';
import { type Play, patterns, users } from '../play.js';
import { QueueModel } from '../queue-model.js';
import { Command, refusal } from './command.js';

const queuesMax = 4;

const request = fc.record({
  user: fc.constantFrom(...users),
  name: fc.constantFrom(null, 'x', 'y'),
  patterns: fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 3 }),
  sink: fc.constantFrom(null, 0, 1),
  from: fc.constantFrom(undefined, undefined, 'earliest' as const),
  options: fc.record(
    {
      delivery_method: fc.constantFrom('notify', 'notify', 'pull'),
      delivery_batch_size: fc.constantFrom(1, 3),
      max_in_flight: fc.constantFrom(1, 2, 5),
      max_frame_bytes: fc.constantFrom(10, 1_000),
      ack_wait: fc.constantFrom(2, 5),
      wait_non_sock_err: fc.constantFrom(0, 1),
    },
    { requiredKeys: [] },
  ),
});

type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

export const subscribe = request.map(
  args => new Command('subscribe', args, (model, play) => subscribeNow(model, play, args)),
);

async function subscribeNow(model: Model, play: Play, request: Request) {
  const { user, name, patterns, sink: number, from, options } = request;
  const known = name === null ? undefined : model.queues.find(one => one.username === user && one.name === name);
  if (!known && model.queues.length >= queuesMax) return;
  // Before it is delivered, the model looks at what one that begins in the past begins with.
  const sink = number === null || (from !== undefined && !known) ? null : play.sinks[number]!;
  const { world } = play;
  const subscribing = world.subscribe(play.endpoint(user), { name: name ?? undefined, patterns, options, sink, from });
  const forbidden = patterns.find(pattern => !isPattern(pattern) && !model.hasRight(user, pattern));
  if (forbidden) return void assert.is(await refusal(subscribing), 'forbidden');
  const isFurther = known !== undefined && patterns.some(pattern => !known.patterns.has(pattern));
  if (from !== undefined && isFurther) return void assert.is(await refusal(subscribing), 'conflict');
  const { subscription, isNew } = await subscribing;
  assert.is(isNew, !known);
  if (known) {
    assert.is(subscription.subKey, known.subKey);
    for (const pattern of patterns) known.patterns.add(pattern);
    known.options = { ...known.options, ...options };
    if (sink) attachTo(known, sink);
    return;
  }
  const queue = new QueueModel(subscription.subKey, user, name, patterns, { ...subscriptionDefaults, ...options });
  queue.sink = sink;
  if (from !== undefined && !(await beginWith(queue, model, play))) return;
  model.queues.push(queue);
}

/** False: it has what a crash left unanswered, of which only the store knows, and is deleted. */
async function beginWith(queue: QueueModel, model: Model, play: Play): Promise<boolean> {
  const { messages } = await play.browse(queue.subKey);
  const found = new Set(messages.map(({ msg_id }) => msg_id));
  const known = model.messages.filter(({ msgId }) => found.has(msgId));
  for (const message of known) queue.enter(message, true);
  if (known.length === found.size) return true;
  const { subscriber } = play.world.broker;
  await play.world.run(subscriber.delete(play.endpoint(queue.username), queue.subKey, null));
  return false;
}

function attachTo(queue: QueueModel, sink: RecordingSink): void {
  if (queue.sink === sink) return;
  const { sink: before } = queue;
  queue.sink = sink;
  queue.retreat();
  if (!before) return;
  assert.equal(before.told.pop(), { kind: 'detached', subKey: queue.subKey, reason: 'taken_over' });
}

/** Attach, or take over; again is nothing. */
export const attach = fc.record({ queue: fc.nat(3), sink: fc.nat(1) }).map(
  args =>
    new Command('attach', args, async (model, play) => {
      const queue = model.pick(args.queue);
      if (!queue) return;
      const sink = play.sinks[args.sink]!;
      const depth = queue.queued(play.now).length;
      const { queueDepth } = await play.world.attach(play.endpoint(queue.username), queue.subKey, sink);
      assert.is(queueDepth, depth, 'queue_depth of a resume');
      const isNew = queue.sink !== sink;
      attachTo(queue, sink);
      if (isNew) checkFirst(queue, play);
    }),
);

/** The first message is the highest of all, whether it is in line or comes again. */
function checkFirst(queue: QueueModel, play: Play): void {
  const first = play.events.find(({ subKey }) => subKey === queue.subKey)?.messages[0];
  const [highest] = queue.deliverable(play.now);
  if (!first || !highest || queue.copies.some(copy => copy.isVague)) return;
  assert.is(first.data, highest.data, `on attach ${first.data} came before ${highest.data}`);
}

/** A socket ends, and with it all that it had. */
export const drop = fc.record({ sink: fc.nat(1) }).map(
  args =>
    new Command('drop', args, async (model, play) => {
      const sink = play.sinks[args.sink]!;
      await play.world.drop(sink);
      play.newSink(args.sink);
      for (const queue of model.queues.filter(one => one.sink === sink)) {
        queue.sink = null;
        queue.retreat();
      }
    }),
);

/** A socket that does not read, until it does. */
export const stall = fc.record({ sink: fc.nat(1), isReady: fc.boolean() }).map(
  args =>
    new Command('stall', args, async (_model, play) => {
      const sink = play.sinks[args.sink]!;
      sink.isReady = args.isReady;
      for (const subscription of play.world.broker.subscriptions.loaded()) {
        if (subscription.attachment?.sink === sink) play.world.broker.subscriptions.wake(subscription);
      }
      await play.world.clock.quiet();
    }),
);

export const unsubscribe = fc.record({ queue: fc.nat(3), pattern: fc.option(fc.constantFrom(...patterns)) }).map(
  args =>
    new Command('unsubscribe', args, async (model, play) => {
      const queue = model.pick(args.queue);
      if (!queue) return;
      const { subscriber } = play.world.broker;
      const endpoint = play.endpoint(queue.username);
      if (args.pattern === null) {
        await play.world.run(subscriber.delete(endpoint, queue.subKey, null));
        model.queues = model.queues.filter(one => one !== queue);
        queue.sink?.told.pop();
        return;
      }
      const work = play.world.run(subscriber.unsubscribe(endpoint, queue.subKey, args.pattern));
      const refused = await refusal(work);
      assert.is(refused === null, queue.patterns.has(args.pattern), `refused: ${refused}`);
      if (refused === null) queue.removePattern(args.pattern);
    }),
);

export const switchStatus = fc
  .record({ queue: fc.nat(3), status: fc.constantFrom('pub-sub', 'pub-only', 'sub-only', 'disabled') })
  .map(
    args =>
      new Command('switchStatus', args, async (model, play) => {
        const queue = model.pick(args.queue);
        if (!queue) return;
        const changes = { active_status: args.status };
        await play.world.use(queue.subKey, one => play.world.broker.subscriber.change(one, changes, []));
        model.hasStrays = true;
        queue.options = { ...queue.options, ...changes };
      }),
  );

export const changeRights = fc
  .record({ user: fc.constantFrom(...users), rights: fc.uniqueArray(fc.constantFrom(...patterns), { maxLength: 3 }) })
  .map(
    args =>
      new Command('changeRights', args, async (model, play) => {
        const change = { patterns: args.rights.map(pattern => `sub=${pattern}`) };
        await play.world.run(play.world.broker.endpointAdmin.update(play.endpoint(args.user), change));
        model.hasStrays = true;
        model.rights.set(args.user, new Set(args.rights));
      }),
  );
