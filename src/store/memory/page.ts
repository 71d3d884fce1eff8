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

/** `nameOf` tells the name of a topic. */
export function readPage(log: MemoryLog, query: PageQuery, nameOf: (topicId: number) => string | undefined): Page {
  const rows: MessageRow[] = [];
  const scanned = query.after.slice();
  const sees = seenIn(query, nameOf);
  let bytes = 0;
  for (let priority = priorityMax; priority >= priorityMin; priority--) {
    for (const message of visible(log, query, priority, sees)) {
      const row = rowOf(message, query.now);
      rows.push(row);
      bytes += Buffer.byteLength(row.body);
      scanned[priority] = message.position;
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

export function count(log: MemoryLog, { ranges, mailbox, now }: CountQuery): number {
  let total = 0;
  for (const { topicId, priority, from, to } of ranges) {
    const list = log.topic(topicId)?.[priority];
    if (list !== undefined) total += living(log, list, from, to, now);
  }
  const lanes = mailbox === null ? undefined : log.mailbox(mailbox.subId);
  lanes?.forEach((list, priority) => {
    total += living(log, list, mailbox!.after[priority] ?? 0, mailbox!.upto, now);
  });
  return total;
}

function living(log: MemoryLog, list: PositionList, from: Position, to: Position, now: number): number {
  let total = 0;
  for (let index = list.indexAfter(from), end = list.indexAfter(to); index < end; index++) {
    if (log.get(list.at(index)!)!.expiresAt > now) total++;
  }
  return total;
}

type Seen = (topicId: number, position: Position) => boolean;

function seenIn({ scope }: PageQuery, nameOf: (topicId: number) => string | undefined): Seen {
  if (scope.view) {
    const view = new View(scope.view, nameOf);
    return (topicId, position) => view.sees(topicId, position);
  }
  const starts = new Map(scope.topics.map(({ topicId, from }) => [topicId, from]));
  return (topicId, position) => position > (starts.get(topicId) ?? Infinity);
}

/** The messages of one priority in a scope, in the order of their positions. */
function* visible(log: MemoryLog, query: PageQuery, priority: Priority, sees: Seen): Generator<StoredMessage> {
  const { scope, upto } = query;
  const after = query.after[priority]!;
  const sources = sourcesOf(log, scope, priority, after);
  for (;;) {
    const source = lowestOf(sources);
    const position = source?.head;
    if (position === undefined || position > upto) return;
    source!.advance();
    const message = log.get(position)!;
    if (message.isAddressed || sees(message.topicId, position)) yield message;
  }
}

function sourcesOf(log: MemoryLog, scope: Scope, priority: Priority, after: Position): Source[] {
  const sources: Source[] = [];
  const add = (list: PositionList | undefined, from: Position): void => {
    if (list !== undefined) sources.push(new ListSource(list, Math.max(after, from)));
  };
  if (scope.mailbox !== null) add(log.mailbox(scope.mailbox)?.[priority], after);
  if (scope.view || scope.topics.length > limits.merged_topics_max) add(log.walk[priority], after);
  else for (const { topicId, from } of scope.topics) add(log.topic(topicId)?.[priority], from);
  return sources;
}
