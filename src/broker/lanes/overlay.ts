import type { OverlayRow, Position } from '../../store/store.js';
import type { Message } from '../message.js';

/** A message that left the line, and where it is now. */
export interface OverlayEntry extends OverlayRow {
  /** Out for delivery. */
  isInFlight: boolean;
  /** Loaded, with its count raised on disk: may be sent. */
  ready: Message | null;
  /**
   * The overlay was full when the message was nacked: it stays in its lane, in flight, and is tried again from memory.
   * Such an entry is never written; the lane is what survives.
   */
  isInPlace: boolean;
}

/** Most overlays are empty: they share these, because an empty Map of each one's own would be a tenth of its memory. */
const noEntries: ReadonlyMap<Position, OverlayEntry> = new Map();
const noPositions: ReadonlySet<Position> = new Set();
const noneReady: ReadonlySet<OverlayEntry> = new Set();

/**
 * The few messages of one subscription that left the line: nacked and waiting, held, edited. The home lane has passed
 * them already, so removing an entry never shows its message again.
 */
export class Overlay {
  #entries: ReadonlyMap<Position, OverlayEntry> = noEntries;
  #changed: ReadonlySet<Position> = noPositions;
  /** Those that may be sent now. */
  #ready: ReadonlySet<OverlayEntry> = noneReady;
  /** No entry that waits is due before this (Unix milliseconds), so that not each look is at all of them. */
  #dueFrom = Infinity;
  #inPlaceCount = 0;

  constructor(rows: OverlayRow[] = []) {
    for (const row of rows) this.#set({ ...row, isInFlight: false, ready: null, isInPlace: false });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(position: Position): OverlayEntry | undefined {
    return this.#entries.get(position);
  }

  entries(): Iterable<OverlayEntry> {
    return this.#entries.values();
  }

  put(row: OverlayRow, isInPlace = false): OverlayEntry {
    const entry = { ...row, isInFlight: false, ready: null, isInPlace };
    this.#set(entry);
    if (isInPlace) this.#inPlaceCount += 1;
    this.touch(entry);
    return entry;
  }

  /** The entry was changed and is to be written. */
  touch(entry: OverlayEntry): void {
    this.#expect(entry);
    this.#change(entry);
  }

  #change(entry: OverlayEntry): void {
    if (entry.isInPlace) return;
    if (this.#changed === noPositions) this.#changed = new Set();
    (this.#changed as Set<Position>).add(entry.position);
  }

  delete(position: Position): void {
    const entry = this.#entries.get(position);
    if (!entry) return;
    this.#remove(position);
    this.#unready(entry);
    if (entry.isInPlace) this.#inPlaceCount -= 1;
    this.#change(entry);
  }

  /** True if a message is tried again in its lane. */
  get hasInPlace(): boolean {
    return this.#inPlaceCount > 0;
  }

  /** How many messages of a lane are tried again in it. */
  inPlace(home: number): number {
    let count = 0;
    if (this.hasInPlace)
      for (const entry of this.#entries.values()) if (entry.isInPlace && entry.home === home) count += 1;
    return count;
  }

  /** Its count is raised on disk and its content is here. */
  makeReady(entry: OverlayEntry, message: Message): void {
    if (this.#entries.get(entry.position) !== entry || entry.isInFlight || entry.ready) return;
    entry.ready = message;
    if (this.#ready === noneReady) this.#ready = new Set();
    (this.#ready as Set<OverlayEntry>).add(entry);
  }

  send(entry: OverlayEntry): void {
    this.#unready(entry);
    entry.isInFlight = true;
  }

  /** It comes back from its receiver, or was changed: it waits again, until when `touch` tells. */
  wait(entry: OverlayEntry): void {
    const wasReady = entry.ready !== null;
    this.#unready(entry);
    entry.isInFlight = false;
    if (wasReady) this.lower(entry);
  }

  /** Its count was raised for an attempt that is not made. */
  lower(entry: OverlayEntry): void {
    if (this.#entries.get(entry.position) !== entry) return;
    entry.sent -= 1;
    this.touch(entry);
  }

  /** Entries that may be sent now. */
  get readyCount(): number {
    return this.#ready.size;
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  /** What is to be written since the last call. */
  takeChanges(): { overlayPut: OverlayRow[]; overlayDelete: Position[] } {
    const overlayPut: OverlayRow[] = [];
    const overlayDelete: Position[] = [];
    for (const position of this.#changed) {
      const entry = this.#entries.get(position);
      if (entry) overlayPut.push(toRow(entry));
      else overlayDelete.push(position);
    }
    this.#changed = noPositions;
    return { overlayPut, overlayDelete };
  }

  /** The number of the one that was moved to the top last, or 0. */
  get topmost(): number {
    let topmost = 0;
    for (const { top } of this.#entries.values()) if (top > topmost) topmost = top;
    return topmost;
  }

  /** Entries that wait in no one's hands and are due at `now`, in the order of delivery; held ones that expired, too. */
  due(now: number, limit: number): OverlayEntry[] {
    if (now < this.#dueFrom) return [];
    const due: OverlayEntry[] = [];
    this.#dueFrom = Infinity;
    for (const entry of this.#entries.values()) {
      this.#expect(entry);
      if (looksAt(entry) <= now && isWaiting(entry)) due.push(entry);
    }
    return due.sort(inDeliveryOrder).slice(0, limit);
  }

  /** When to look again: the next waiting entry is due then, or later. Null: none waits. */
  nextDueAt(): number | null {
    return this.#dueFrom === Infinity ? null : this.#dueFrom;
  }

  /** Entries of a lane that may be sent now, oldest first. */
  ready(priority: number): OverlayEntry[] {
    const ready: OverlayEntry[] = [];
    for (const entry of this.#ready) if (entry.priority === priority) ready.push(entry);
    return ready.length > 1 ? ready.sort(inDeliveryOrder) : ready;
  }

  /** True if an attempt of this lane failed and its message has not been settled since. */
  isBlocking(priority: number): boolean {
    for (const entry of this.#entries.values()) if (entry.priority === priority && entry.state === 'retry') return true;
    return false;
  }

  /** True if a message of this lane is out for another attempt. */
  isOut(priority: number): boolean {
    for (const entry of this.#entries.values()) if (entry.priority === priority && entry.isInFlight) return true;
    return false;
  }

  /** The receiver is gone: what was out or ready waits again, and is due at once. */
  retreat(): void {
    this.#inPlaceCount = 0;
    for (const entry of this.#entries.values()) {
      this.wait(entry);
      this.#expect(entry);
      if (entry.isInPlace) this.#remove(entry.position);
    }
  }

  #unready(entry: OverlayEntry): void {
    if (entry.ready) (this.#ready as Set<OverlayEntry>).delete(entry);
    entry.ready = null;
  }

  /** It may wait, and be the next that is due. */
  #expect(entry: OverlayEntry): void {
    const at = looksAt(entry);
    if (at < this.#dueFrom && isWaiting(entry)) this.#dueFrom = at;
  }

  #set(entry: OverlayEntry): void {
    this.#expect(entry);
    if (this.#entries === noEntries) this.#entries = new Map();
    (this.#entries as Map<Position, OverlayEntry>).set(entry.position, entry);
  }

  #remove(position: Position): void {
    (this.#entries as Map<Position, OverlayEntry>).delete(position);
  }
}

export function inDeliveryOrder(a: OverlayRow, b: OverlayRow): number {
  return b.priority - a.priority || orderOf(a) - orderOf(b);
}

/** Its place within its lane, to be compared with the positions of the line: what was moved to the top is below all. */
export function orderOf({ top, position }: OverlayRow): number {
  return top > 0 ? -top : position;
}

function isWaiting(entry: OverlayEntry): boolean {
  return !entry.isInFlight && entry.ready === null;
}

/** When something is to be done with it: it is sent again, or, if it is held, its row goes because it has expired. */
function looksAt({ state, dueAt, expiresAt }: OverlayEntry): number {
  return state === 'held' ? expiresAt : dueAt;
}

function toRow(entry: OverlayEntry): OverlayRow {
  const { isInFlight: _inFlight, ready: _ready, isInPlace: _inPlace, ...row } = entry;
  return row;
}
