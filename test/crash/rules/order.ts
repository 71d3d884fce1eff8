import type { Delivered } from '../history.js';
import { type Fault, isSentOnce, type Ledger, mayBeRedriven, type Publish, type Queue, type Seen } from '../ledger.js';

/**
 * Batches are sorted by priority, then by place in the log; within one attachment first deliveries of one priority are
 * in the order of the log.
 */
export function order({ queues }: Ledger): Fault[] {
  return [...queues.values()].flatMap(queue => {
    const inLine = queue.seen.filter(one => isFirst(one) && !queue.held.has(one.message.msg_id));
    const lanes = grouped(inLine, ({ delivered, message }) => {
      return `${delivered.attachment} ${message.priority}`;
    });
    const batches = grouped(queue.seen, ({ delivered }) => delivered);
    return [
      ...[...batches.values()].flatMap(batch => priorityFaults(queue, batch)),
      ...[...batches.values()].flatMap(batch => batchFaults(queue, batch)),
      ...[...lanes.values()].flatMap(lane => logFaults(queue, lane, 'lane')),
    ];
  });
}

function isFirst({ message }: Seen): boolean {
  return message.delivery_count === 1;
}

function priorityFaults({ sub }: Queue, batch: Seen[]): Fault[] {
  return batch.slice(1).flatMap(({ message }, at) => {
    const before = batch[at]!.message;
    if (message.priority <= before.priority) return [];
    const text = `${sub}: ${message.msg_id} of priority ${message.priority} stands behind ${before.msg_id} of ${before.priority}`;
    return [{ rule: 'order', text }];
  });
}

function batchFaults(queue: Queue, batch: Seen[]): Fault[] {
  const byPriority = grouped(batch, ({ message }) => message.priority);
  return [...byPriority.values()].flatMap(lane => logFaults(queue, lane, 'batch'));
}

/**
 * Whether these can stand in the log in the order given. Three things tell: ids that the server made rise with the
 * log, publishes of one socket keep their order, and what was answered stands before what was sent later. When a delayed
 * message enters the log, or one that is put back, nothing tells.
 */
function logFaults(queue: Queue, lane: Seen[], where: string): Fault[] {
  const { sub } = queue;
  const faults: Fault[] = [];
  const known = lane.filter(
    one => one.publish !== null && isSentOnce(one.publish) && !one.publish.first.delaySec && !mayBeRedriven(queue, one),
  ) as (Seen & {
    publish: Publish;
  })[];
  const lastOfSocket = new Map<number, Publish>();
  let highest = '';
  for (const { message, publish } of known) {
    const wrong = (before: string) =>
      faults.push({ rule: 'order', text: `${sub}: ${message.msg_id} comes after ${before} in a ${where}` });
    if (publish.first.msgId === null) {
      if (message.msg_id < highest) wrong(highest);
      else highest = message.msg_id;
    }
    const { socket, index } = publish.sends[0]!;
    const last = lastOfSocket.get(socket);
    if (last && last.sends[0]!.index > index) wrong(`publish ${last.n} of the same socket`);
    lastOfSocket.set(socket, publish);
  }
  let soonestAnswer = Infinity;
  for (const { message, publish } of known.toReversed()) {
    if (publish.sends[0]!.index > soonestAnswer)
      faults.push({
        rule: 'order',
        text: `${sub}: ${message.msg_id} comes before what was answered before it was sent`,
      });
    soonestAnswer = Math.min(soonestAnswer, publish.answers[0]?.index ?? Infinity);
  }
  return faults;
}

function grouped<K extends string | number | Delivered>(seen: Seen[], keyOf: (one: Seen) => K): Map<K, Seen[]> {
  const groups = new Map<K, Seen[]>();
  for (const one of seen) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
