import { limits } from '../../protocol/limits.js';
import { expiryStep } from '../expiry.js';
import { MemoryMessages } from '../memory/messages.js';
import type { Append, Appended, NamedMessage, NamedPlace, OverlayRow, Position } from '../store.js';

export type AppendInRam = Append & { inRam: NonNullable<Append['inRam']> };

const noOne: number[] = [];

/** Deleted subscriptions that are remembered: more than can be deleted while a commit is on its way. */
const goneMax = 10_000;

/** What lives in memory only: messages, their ids, and the overlay rows that refer to them. */
export class RamContents extends MemoryMessages {
  readonly #ids = new Map<string, NamedPlace>();
  readonly #topicNames = new Map<number, string>();
  /** By subscription. */
  readonly #overlays = new Map<number, Map<Position, OverlayRow>>();
  /** Subscriptions that were deleted of late: what comes for one of them after that is for nobody. */
  readonly #gone = new Set<number>();

  /** Bytes of bodies, and of what holds the messages together. */
  get bytes(): number {
    return this.log.bytes + this.log.size * limits.ram_message_bytes;
  }

  get isEmpty(): boolean {
    return this.log.size === 0 && this.#overlays.size === 0;
  }

  /** The name of a topic that has messages here. */
  readonly nameOf = (topicId: number): string | undefined => this.#topicNames.get(topicId);

  find(msgId: string): NamedPlace | undefined {
    return this.#ids.get(msgId);
  }

  /** Messages have got their positions. What is addressed to nobody is kept for nobody. */
  add(append: AppendInRam, { first, refused }: Appended): void {
    if (this.log.size === 0) this.#topicNames.clear();
    const isRefused = new Set(refused.map(({ index }) => index));
    const named = new Map(append.named.map(name => [name.index, name]));
    const addressed = new Map(append.addressed.map(({ index, subIds }) => [index, subIds]));
    let position = first;
    for (let index = 0; index < append.bodies.length; index++) {
      if (isRefused.has(index)) continue;
      const subIds = addressed.get(index);
      if (subIds?.length !== 0) this.#put(append, index, position, named.get(index), subIds);
      position += 1;
    }
  }

  #put(
    append: AppendInRam,
    index: number,
    position: Position,
    name: NamedMessage | undefined,
    subIds?: number[],
  ): void {
    const topicId = append.topicIds[index]!;
    const expiresAt = append.expiresAt[index]!;
    const message = {
      position,
      topicId,
      priority: append.priorities[index]!,
      expiresAt,
      msgId: name?.msgId ?? null,
      body: append.bodies[index]!,
      bytes: append.inRam.bytes[index]!,
      isAddressed: subIds !== undefined,
      isKept: false,
      expiryStep: expiryStep(expiresAt),
    };
    this.log.add(message, subIds ? this.#thoseThere(subIds) : noOne);
    this.#topicNames.set(topicId, append.inRam.topicNames[index]!);
    if (name !== undefined) this.#ids.set(name.msgId, { position, endpointId: name.endpointId });
  }

  #thoseThere(subIds: number[]): number[] {
    return [...new Set(subIds)].filter(subId => !this.#gone.has(subId));
  }

  /** True if overlay rows of this message belong here. */
  hasRow(subId: number, position: Position): boolean {
    return this.log.get(position) !== undefined || this.#overlays.get(subId)?.has(position) === true;
  }

  hasMail(subId: number): boolean {
    return this.log.mailbox(subId)?.some(list => list.length > 0) ?? false;
  }

  putRow(subId: number, row: OverlayRow): void {
    if (this.#gone.has(subId)) return;
    const rows = this.#overlays.get(subId);
    if (rows === undefined) this.#overlays.set(subId, new Map([[row.position, { ...row }]]));
    else rows.set(row.position, { ...row });
    this.refer(row.position, subId, row.expiresAt);
  }

  deleteRow(subId: number, position: Position): void {
    const rows = this.#overlays.get(subId);
    if (!rows?.delete(position)) return;
    if (rows.size === 0) this.#overlays.delete(subId);
    this.unrefer(position, subId);
  }

  /** In rising position. */
  rowsOf(subId: number): OverlayRow[] {
    const rows = [...(this.#overlays.get(subId)?.values() ?? [])];
    return rows.map(row => ({ ...row })).sort((a, b) => a.position - b.position);
  }

  /** The subscription is gone, with what was for it alone. */
  forget(subId: number): void {
    for (const { position } of this.rowsOf(subId)) this.deleteRow(subId, position);
    this.abandonMailbox(subId);
    this.#gone.add(subId);
    if (this.#gone.size > goneMax) this.#gone.delete(this.#gone.values().next().value!);
  }

  protected released(msgId: string): void {
    this.#ids.delete(msgId);
  }
}
