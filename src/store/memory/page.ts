import { limits } from '../../protocol/limits.js';
import { priorityMax, priorityMin } from '../../protocol/message.js';
import { lowestOf, type Source } from '../merge.js';
import type { CountQuery, MessageRow, Page, PageQuery, Position, Priority, Scope } from '../store.js';
import { View } from '../view.js';
import type { MemoryLog, StoredMessage } from './log.js';
import type { PositionList } from './position-list.js';

class ListSource implements Source {
  readonly #list: PositionList;
  #index: number;

  constructor(list: PositionList, after: Position) {
    this.#list = list;
    this.#index = list.indexAfter(after);
  }

  get head(): Position | undefined {
    return this.#list.at(this.#index);
  }

  advance(): void {
    this.#index++;
  }
}

/** Tells the name of a topic. */
type NameOf = (topicId: number) => string | undefined;

export function readPage(log: MemoryLog, query: PageQuery, nameOf: NameOf): Page {
  const rows: MessageRow[] = [];
  const scanned = query.after.slice();
  const sees = seenIn(query, nameOf);
  let bytes = 0;
  let walkLeft = isWalked(query.scope) ? limits.walk_rows_max : Number.POSITIVE_INFINITY;
  for (let priority = priorityMax; priority >= priorityMin; priority--) {
    for (const message of candidates(log, query, priority)) {
      if (walkLeft-- === 0) return { rows, scanned };
      scanned[priority] = message.position;
      if (!message.isAddressed && !sees(message.topicId, message.position)) continue;
      const row = rowOf(message, query.now);
      rows.push(row);
      bytes += Buffer.byteLength(row.body);
      if (rows.length >= query.limit || bytes >= query.limitBytes) return { rows, scanned };
    }
    scanned[priority] = Math.max(query.after[priority]!, query.upto);
  }
  return { rows, scanned };
}

export function rowOf(message: StoredMessage, now: number): MessageRow {
  const { position, topicId, priority, expiresAt, msgId, isAddressed } = message;
  return { position, topicId, priority, expiresAt, msgId, isAddressed, body: expiresAt <= now ? '' : message.body };
}

export function count(log: MemoryLog, { ranges, wide, mailbox, now }: CountQuery, nameOf: NameOf): number {
  let total = 0;
  if (wide !== undefined) {
    const view = new View(wide.view, nameOf);
    for (const { priority, from, to } of wide.gaps) {
      const lane = living(log, log.walk[priority]!, from, to, now);
      for (const { topicId, position } of lane) if (view.sees(topicId, position)) total++;
    }
  }
  for (const { topicId, priority, from, to } of ranges) {
    const list = log.topic(topicId)?.[priority];
    if (list !== undefined) total += countLiving(log, list, from, to, now);
  }
  const lanes = mailbox === null ? undefined : log.mailbox(mailbox.subId);
  lanes?.forEach((list, priority) => {
    total += countLiving(log, list, mailbox!.after[priority] ?? 0, mailbox!.upto, now);
  });
  return total;
}

function countLiving(log: MemoryLog, list: PositionList, from: Position, to: Position, now: number): number {
  if (!log.isAlive(now)) return living(log, list, from, to, now).length;
  return Math.max(0, list.indexAfter(to) - list.indexAfter(from));
}

function living(log: MemoryLog, list: PositionList, from: Position, to: Position, now: number): StoredMessage[] {
  const found: StoredMessage[] = [];
  for (let index = list.indexAfter(from), end = list.indexAfter(to); index < end; index++) {
    const message = log.get(list.at(index)!)!;
    if (message.expiresAt > now) found.push(message);
  }
  return found;
}

type Seen = (topicId: number, position: Position) => boolean;

function seenIn({ scope }: PageQuery, nameOf: NameOf): Seen {
  if (scope.view) {
    const view = new View(scope.view, nameOf);
    return (topicId, position) => view.sees(topicId, position);
  }
  const starts = new Map(scope.topics.map(({ topicId, from }) => [topicId, from]));
  return (topicId, position) => position > (starts.get(topicId) ?? Infinity);
}

/** The messages of one priority that may be in a scope, in the order of their positions. */
function* candidates(log: MemoryLog, query: PageQuery, priority: Priority): Generator<StoredMessage> {
  const { scope, upto } = query;
  const after = query.after[priority]!;
  const sources = sourcesOf(log, scope, priority, after);
  for (;;) {
    const source = lowestOf(sources);
    const position = source?.head;
    if (position === undefined || position > upto) return;
    source!.advance();
    yield log.get(position)!;
  }
}

/** Of more topics than are merged, the positions are walked. */
function isWalked({ view, topics }: Scope): boolean {
  return view !== undefined || topics.length > limits.merged_topics_max;
}

function sourcesOf(log: MemoryLog, scope: Scope, priority: Priority, after: Position): Source[] {
  const sources: Source[] = [];
  const add = (list: PositionList | undefined, from: Position): void => {
    if (list !== undefined) sources.push(new ListSource(list, Math.max(after, from)));
  };
  if (scope.mailbox !== null) add(log.mailbox(scope.mailbox)?.[priority], after);
  if (isWalked(scope)) add(log.walk[priority], after);
  else for (const { topicId, from } of scope.topics) add(log.topic(topicId)?.[priority], from);
  return sources;
}
