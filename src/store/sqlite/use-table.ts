import type Database from 'better-sqlite3';
import type { NoteUses, Uptime, UsesNoted } from '../store.js';

/** When subscriptions were last used, and how long brokers have been up. */
export class UseTable {
  readonly #sql;

  constructor(db: Database.Database) {
    this.#sql = {
      note: db.prepare<[number | null, number]>('UPDATE subscription SET used_at = ? WHERE id = ?'),
      uptime: db.prepare<[string]>("INSERT OR REPLACE INTO meta VALUES ('uptime', ?)"),
      readUptime: db.prepare<[], string>("SELECT value FROM meta WHERE key = 'uptime'").pluck(),
    };
  }

  note({ subIds, usedAt, uptime }: NoteUses): UsesNoted {
    let noted = 0;
    for (const [index, id] of subIds.entries()) noted += this.#sql.note.run(usedAt[index]!, id).changes;
    this.#sql.uptime.run(JSON.stringify(uptime));
    return { noted };
  }

  uptime(): Uptime {
    const json = this.#sql.readUptime.get();
    return json === undefined ? { ms: 0, notedSince: null } : (JSON.parse(json) as Uptime);
  }
}
