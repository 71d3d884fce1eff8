import fc from 'fast-check';
import type { Nack } from '../../../../src/broker/sink.js';
import { waitMs } from '../../../../src/broker/subscriptions/options.js';
import type { Copy } from '../copy.js';
import type { Model } from '../model.js';
import type { Play } from '../play.js';
import type { QueueModel, Unanswered } from '../queue-model.js';
import { Command } from './command.js';

const delay = fc.constantFrom(undefined, 0, 2, 5);

/** A response to a delivery: everything acked, all but some, or an error. */
export const answer = fc
  .record({
    queue: fc.nat(3),
    delivery: fc.nat(5),
    kind: fc.constantFrom('ack', 'ack', 'nack', 'error'),
    nacked: fc.array(fc.record({ at: fc.nat(5), delay }), { minLength: 1, maxLength: 3 }),
  })
  .map(args => new Command('answer', args, (model, play) => answerOne(model, play, args)));

interface AnswerArgs {
  queue: number;
  delivery: number;
  kind: string;
  nacked: { at: number; delay: number | undefined }[];
}

async function answerOne(model: Model, play: Play, args: AnswerArgs): Promise<void> {
  const queue = model.pick(args.queue);
  const [delivery] = queue?.unanswered.splice(args.delivery % queue.unanswered.length, 1) ?? [];
  if (!queue || !delivery) return;
  respond(queue, delivery, args, play.now);
  await play.world.clock.quiet();
}

/** Gives the response, without waiting for what follows. */
export function respond(
  queue: QueueModel,
  delivery: Unanswered,
  { kind, nacked }: Pick<AnswerArgs, 'kind' | 'nacked'>,
  now: number,
) {
  const { attempt } = delivery.recorded;
  const open = delivery.copies.filter(copy => copy.out === delivery);
  if (kind === 'ack') {
    attempt.acked();
    for (const copy of open) settle(copy);
  } else if (kind === 'error') {
    attempt.failed('no');
    giveBack(queue, open, undefined, now);
  } else {
    const delays = new Map(nacked.map(({ at, delay }) => [delivery.copies[at % delivery.copies.length]!, delay]));
    attempt.ackedExcept([...delays].map(([copy, delay]): Nack => ({ msgId: copy.message.msgId, delay })));
    for (const copy of open) if (!delays.has(copy)) settle(copy);
    giveBack(
      queue,
      open.filter(copy => delays.has(copy)),
      copy => delays.get(copy),
      now,
    );
  }
}

function settle(copy: Copy): void {
  if (copy.state === 'dropped') copy.out = null;
  else copy.settle(true);
}

type DelayOf = (copy: Copy) => number | undefined;

function giveBack(queue: QueueModel, copies: Copy[], delayOf: DelayOf | undefined, now: number): void {
  const isFull = queue.isFull(copies.length);
  for (const copy of copies) {
    const delaySec = delayOf?.(copy);
    const wait = delaySec === undefined ? waitMs(queue.options.wait_non_sock_err, 1, 0.5) : delaySec * 1000;
    copy.giveBack(now + wait, true, isFull);
  }
}

/** Acks or nacks by id, whoever has the messages: in flight, waiting, or settled long ago. */
export const settleByName = fc
  .record({
    queue: fc.nat(3),
    picks: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
    isAck: fc.boolean(),
    delay,
  })
  .map(
    args =>
      new Command('settleByName', args, async (model, play) => {
        const queue = model.pick(args.queue);
        if (!queue || queue.copies.length === 0) return;
        const copies = [...new Set(args.picks.map(at => queue.copies[at % queue.copies.length]!))];
        const ids = copies.map(copy => copy.message.msgId);
        const { puller } = play.world.broker;
        const endpoint = play.endpoint(queue.username);
        if (args.isAck) await play.world.run(puller.ack(endpoint, queue.subKey, ids));
        else await play.world.run(puller.nack(endpoint, queue.subKey, ids, args.delay));
        const inHand = copies.filter(copy => copy.out);
        if (!args.isAck) giveBack(queue, inHand, () => args.delay, play.now);
        else for (const copy of copies) if (copy.out || copy.isQueued(play.now)) settle(copy);
        for (const copy of copies) copy.isSoft = false;
      }),
  );
