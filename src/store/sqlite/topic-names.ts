import type Database from 'better-sqlite3';

/** Names that are remembered, before the memory is emptied. */
const rememberedMax = 100_000;

/** The names of topics by their ids. A topic keeps its name, so each is read once. */
export class TopicNames {
  readonly #read;
  readonly #known = new Map<number, string>();

  constructor(db: Database.Database) {
    this.#read = db.prepare<[number], string>('SELECT name FROM topic WHERE id = ?').pluck();
  }

  /** Undefined: there is no such topic. */
  of(topicId: number): string | undefined {
    const known = this.#known.get(topicId);
    if (known !== undefined) return known;
    const name = this.#read.get(topicId);
    if (name === undefined) return undefined;
    if (this.#known.size >= rememberedMax) this.#known.clear();
    this.#known.set(topicId, name);
    return name;
  }
}
