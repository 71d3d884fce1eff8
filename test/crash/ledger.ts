import type { Message } from '../../src/protocol/api.gen.js';
import type { Delivered, Drained, History, Responded, Sent, Subscribed } from './history.js';

/** Something that a correct server cannot have done. */
export interface Fault {
  rule: string;
  text: string;
}

/** All that is known of one publish. `at` values are milliseconds, `index` is its place in the history. */
export interface Publish {
  n: number;
  first: Sent;
  /** `kills`: servers that had been killed by then. */
  sends: { index: number; at: number; socket: number; kills: number }[];
  answers: { index: number; at: number; msgId: string; isDuplicate: boolean }[];
  /** How often it was refused with the outcome `definite`. */
  refusals: number;
}

/** One message of one delivery. */
export interface Seen {
  delivered: Delivered;
  message: Message;
  /** Null: nobody sent it. */
  publish: Publish | null;
  /** Servers that had been killed by then. */
  kills: number;
}

/** One subscription of the history. */
export interface Queue {
  sub: string;
  subscribed: Subscribed;
  subscribedIndex: number;
  seen: Seen[];
  /** Messages of which a response or a call said that they were received, while it was the owner and the server ran. */
  acked: Set<string>;
  drained: Drained | null;
  /** Messages that somebody may have held: these leave the line. */
  held: Set<string>;
  /** Dead letters may have been put back: as messages with other ids. */
  isRedriven: boolean;
}

export interface Ledger {
  publishes: Map<number, Publish>;
  queues: Map<string, Queue>;
}

/** The history by publish and by subscription. Throws if it is no history: what clients do, they note before. */
export function ledgerOf(history: History): Ledger {
  const publishes = new Map<number, Publish>();
  const queues = new Map<string, Queue>();
  let lastKilled = 0;
  let kills = 0;
  const publishOf = (n: number) => found(publishes.get(n), `publish ${n} was sent`);
  const queueOf = (sub: string) => found(queues.get(sub), `${sub} was subscribed`);
  for (const [index, happening] of history.entries()) {
    if (happening.kind === 'subscribed') queues.set(happening.sub, newQueue(happening, index));
    else if (happening.kind === 'sent') noteSent(publishes, happening, index, kills);
    else if (happening.kind === 'answered') publishOf(happening.n).answers.push({ index, ...happening });
    else if (happening.kind === 'refused' && happening.outcome === 'definite') publishOf(happening.n).refusals += 1;
    else if (happening.kind === 'delivered')
      noteDelivered(publishes, queueOf(happening.sub), happening, happening.attachment > lastKilled ? kills : 0);
    else if (happening.kind === 'killed') {
      lastKilled = happening.lastSocket;
      kills += 1;
    } else if (happening.kind === 'holding') queueOf(happening.sub).held.add(happening.msgId);
    else if (happening.kind === 'redriving') queueOf(happening.sub).isRedriven = true;
    else if (happening.kind === 'responded' && happening.attachment > lastKilled)
      noteResponded(queueOf(happening.sub), happening);
    else if (happening.kind === 'asked') for (const msgId of happening.acked) queueOf(happening.sub).acked.add(msgId);
    else if (happening.kind === 'drained') queueOf(happening.sub).drained = happening;
  }
  return { publishes, queues };
}

export function isStored({ answers }: Publish): boolean {
  return answers.length > 0;
}

/** Each time that it was sent: of what had no answer nobody knows whether it is stored. */
export function isRefused({ sends, refusals }: Publish): boolean {
  return refusals === sends.length;
}

/** The id that the server gave it, or null if it has the publisher's own or no answer. */
export function madeId({ first, answers }: Publish): string | null {
  return first.msgId === null ? (answers[0]?.msgId ?? null) : null;
}

/** Whether it was sent on one socket only: after a second one its place in the log is anywhere between. */
export function isSentOnce({ sends }: Publish): boolean {
  return sends.length === 1;
}

/** Whether it may be a message that was put back, which has an id and a place of its own. */
export function mayBeRedriven({ isRedriven }: Queue, { message, publish }: Seen): boolean {
  return isRedriven && message.msg_id !== (publish?.first.msgId ?? publish?.answers[0]?.msgId);
}

function newQueue(subscribed: Subscribed, subscribedIndex: number): Queue {
  return {
    sub: subscribed.sub,
    subscribed,
    subscribedIndex,
    seen: [],
    acked: new Set(),
    drained: null,
    held: new Set(),
    isRedriven: false,
  };
}

function noteSent(publishes: Map<number, Publish>, sent: Sent, index: number, kills: number): void {
  const { n, at, socket } = sent;
  const known = publishes.get(n);
  if (known) known.sends.push({ index, at, socket, kills });
  else publishes.set(n, { n, first: sent, sends: [{ index, at, socket, kills }], answers: [], refusals: 0 });
}

function noteDelivered(publishes: Map<number, Publish>, queue: Queue, delivered: Delivered, kills: number): void {
  for (const message of delivered.messages) {
    const n = (message.data as { n?: unknown } | null)?.n;
    const publish = typeof n === 'number' ? (publishes.get(n) ?? null) : null;
    queue.seen.push({ delivered, message, publish, kills });
  }
}

function noteResponded(queue: Queue, { acked, isStale }: Responded): void {
  if (!isStale) for (const msgId of acked) queue.acked.add(msgId);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The history does not say that ${what}.`);
  return value;
}
