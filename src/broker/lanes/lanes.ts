import { priorityMax, priorityMin } from '../../protocol/message.js';
import type { Position, Priority } from '../../store/store.js';
import { Lane } from './lane.js';

/** Lanes as one row holds them: [cursor, mark] for all, and [cursor, mark, ahead, stairs] for those that differ. */
interface LanesRow {
  base: [Position, Position];
  lanes: Record<string, [Position, Position, Position[], number[]]>;
}

export const allLanes = 0b11_1111_1110;

/**
 * The nine lanes of a subscription. Most have never had a message: they share one base, and a `Lane` is made when the
 * first message comes, so an idle subscription is small in memory and on disk.
 */
export class Lanes {
  #cursor: Position;
  #scanned: Position;
  #safe: Position = 0;
  #mark: Position = 0;
  #lanes: (Lane | undefined)[] | null = null;
  #retreats = 0;
  /** Lanes, a bit each, that never had a message. */
  #bare = allLanes;

  private constructor(cursor: Position) {
    this.#cursor = cursor;
    this.#scanned = cursor;
  }

  /**
   * `sentMax`: no message above this position can have been sent before this process started. A mark that is still in
   * the row was left by a crash: everything up to it counts as sent once more (invariant 5).
   */
  static decode(row: string, createdAt: Position, sentMax: Position): Lanes {
    if (row === '') return new Lanes(createdAt);
    const { base, lanes } = JSON.parse(row) as LanesRow;
    const decoded = new Lanes(base[0]);
    for (const [priority, [cursor, mark, ahead, stairs]] of Object.entries(lanes)) {
      const lane = new Lane(cursor, ahead, stairs);
      if (Math.min(mark, sentMax) > cursor) lane.stairs.raise(Math.min(mark, sentMax));
      decoded.#put(Number(priority), lane);
    }
    const baseMark = Math.min(base[1], sentMax);
    if (baseMark > base[0])
      for (let p = priorityMin; p <= priorityMax; p += 1) if (!decoded.peek(p)) decoded.get(p).stairs.raise(baseMark);
    return decoded;
  }

  /** Only the cursors of a row, indexed by priority, for who looks at many subscriptions. */
  static cursors(row: string, createdAt: Position): Position[] {
    if (row === '') return new Array<Position>(priorityMax + 1).fill(createdAt);
    const { base, lanes } = JSON.parse(row) as LanesRow;
    const cursors = new Array<Position>(priorityMax + 1).fill(base[0]);
    for (const [priority, lane] of Object.entries(lanes)) cursors[Number(priority)] = lane[0];
    return cursors;
  }

  encode(): string {
    let lanes = '';
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      const lane = this.#lanes?.[p];
      if (!lane) continue;
      const ahead = lane.ahead.size === 0 ? '[]' : JSON.stringify(lane.ahead);
      const stairs = lane.stairs.isEmpty ? '[]' : JSON.stringify(lane.stairs);
      lanes += `${lanes === '' ? '' : ','}"${p}":[${lane.cursor},${lane.mark},${ahead},${stairs}]`;
    }
    return `{"base":[${this.#cursor},${this.#mark}],"lanes":{${lanes}}}`;
  }

  peek(priority: Priority): Lane | undefined {
    return this.#lanes?.[priority];
  }

  get(priority: Priority): Lane {
    const known = this.#lanes?.[priority];
    if (known) return known;
    const lane = new Lane(this.#cursor);
    lane.read = this.#scanned;
    lane.scanned = this.#scanned;
    lane.safe = this.#safe;
    lane.mark = this.#mark;
    lane.advance();
    this.#put(priority, lane);
    return lane;
  }

  cursorOf(priority: Priority): Position {
    return this.#lanes?.[priority]?.cursor ?? this.#cursor;
  }

  /** Up to here a lane was taken from, or had nothing. */
  readOf(priority: Priority): Position {
    return this.#lanes?.[priority]?.read ?? this.#scanned;
  }

  /** Indexed by priority: up to here everything was fetched. */
  scanned(): Position[] {
    const scanned = new Array<Position>(priorityMax + 1).fill(this.#scanned);
    for (const [p, lane] of this.#known()) scanned[p] = lane.scanned;
    return scanned;
  }

  /**
   * A page was read: everything up to `scanned[priority]` is in it or before it. Lanes that never had a message move on
   * together if the page says so of all of them. `behind`: lanes, a bit each, of which there is more to fetch.
   */
  noteScanned(scanned: Position[], behind: number): void {
    let least = Infinity;
    for (let p = priorityMin; p <= priorityMax; p += 1) if (this.#bare & (1 << p)) least = Math.min(least, scanned[p]!);
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      if (this.#bare & (1 << p) && scanned[p]! === least) continue;
      const lane = this.get(p);
      lane.scanned = Math.max(lane.scanned, scanned[p]!);
      if (lane.pageLeft > 0 || behind & (1 << p)) continue;
      lane.read = lane.scanned;
      if (lane.parts.length === 0) lane.advance();
    }
    if (least < Infinity && least > this.#scanned) {
      this.#scanned = least;
      this.#cursor = least;
    }
  }

  /**
   * Raises the marks up to which may be sent: to `tail` in lanes that have caught up, to the end of the page in those
   * that are behind (a bit each). Answers a function to call once the row is on disk.
   */
  reserve(tail: Position, behind: number): () => void {
    if (!(behind & this.#bare)) this.#mark = Math.max(this.#mark, tail);
    const raised: [Lane, Position][] = [];
    for (const [priority, lane] of this.#known()) {
      const upto = behind & (1 << priority) ? (lane.page[lane.page.length - 1]?.position ?? 0) : tail;
      lane.mark = Math.max(lane.mark, upto);
      raised.push([lane, lane.mark]);
    }
    const base = this.#mark;
    const retreats = this.#retreats;
    return () => {
      // The receiver has gone meanwhile: the row that follows takes the marks back, and nothing is safe under them.
      if (retreats !== this.#retreats) return;
      this.#safe = Math.max(this.#safe, base);
      for (const [lane, mark] of raised) lane.safe = Math.max(lane.safe, mark);
    };
  }

  /** True if a lane that has caught up has less than `room` positions left to send without a higher mark. */
  isMarkLow(committed: Position, room: number, behind: number): boolean {
    if (!(behind & this.#bare) && this.#mark < committed + room) return true;
    for (const [priority, lane] of this.#known()) {
      if (!(behind & (1 << priority)) && lane.mark < committed + room) return true;
    }
    return false;
  }

  /** The receiver is gone. Marks fall to nothing, because the stairs now say what was really sent. */
  retreat(): void {
    this.#retreats += 1;
    this.#mark = 0;
    this.#safe = 0;
    this.#scanned = this.#cursor;
    for (const [, lane] of this.#known()) {
      lane.retreat();
      lane.mark = 0;
      lane.safe = 0;
    }
  }

  /** What was settled after `to` is open again, in every lane; the receiver has to begin anew. */
  rewind(to: Position): void {
    for (const [, lane] of this.#known()) lane.rewind(to);
    this.#cursor = Math.min(this.#cursor, to);
    this.retreat();
  }

  /** UTF-16 units of the bodies that were fetched and not sent. */
  get pageChars(): number {
    let chars = 0;
    for (const [, lane] of this.#known()) chars += lane.pageChars;
    return chars;
  }

  /** Forgets what was fetched and not sent. Answers the lanes, a bit each, that had something. */
  dropPages(): number {
    let dropped = 0;
    for (const [priority, lane] of this.#known()) {
      if (lane.pageLeft === 0) continue;
      lane.forgetPage();
      dropped |= 1 << priority;
    }
    return dropped;
  }

  /** Lanes with nothing in flight and nothing fetched move their cursors to what was read. */
  advance(): void {
    for (const [, lane] of this.#known()) if (lane.parts.length === 0) lane.advance();
  }

  /** Everything up to `position` is settled, in every lane; what is in flight is forgotten. */
  clear(position: Position): void {
    this.#cursor = Math.max(this.#cursor, position);
    this.#scanned = Math.max(this.#scanned, position);
    for (const [, lane] of this.#known()) {
      lane.forgetParts();
      lane.forgetPage();
      lane.read = Math.max(lane.read, position);
      lane.scanned = lane.read;
      lane.advance();
    }
  }

  /** Ranges settled ahead, in all lanes. */
  get aheadSize(): number {
    let size = 0;
    for (const [, lane] of this.#known()) size += lane.ahead.size;
    return size;
  }

  *#known(): Generator<[Priority, Lane]> {
    if (!this.#lanes) return;
    for (let p = priorityMin; p <= priorityMax; p += 1) {
      const lane = this.#lanes[p];
      if (lane) yield [p, lane];
    }
  }

  #put(priority: Priority, lane: Lane): void {
    this.#lanes ??= new Array<Lane | undefined>(priorityMax + 1).fill(undefined);
    this.#lanes[priority] = lane;
    this.#bare &= ~(1 << priority);
  }
}
