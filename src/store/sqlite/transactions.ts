import type Database from 'better-sqlite3';
import type { PositionCounter } from '../positions.js';
import { type Committed, type Draw, type Operation, type Position, type Results, StoreFull } from '../store.js';
import { DelayTable } from './delay-table.js';
import { Directory } from './directory.js';
import { sqliteCode } from './failure.js';
import { LetterTable } from './letter-table.js';
import { MessageTable } from './message-table.js';
import { SubscriptionTable } from './subscription-table.js';
import { Sweeper } from './sweeper.js';
import { TimeMarkTable } from './time-mark-table.js';
import { UseTable } from './use-table.js';

/** Carries out commits: all operations of one, or none. */
export class Transactions {
  readonly directory: Directory;
  readonly delays: DelayTable;
  readonly subscriptions: SubscriptionTable;
  readonly marks: TimeMarkTable;
  readonly uses: UseTable;
  readonly #db: Database.Database;
  readonly #positions: PositionCounter;
  readonly #messages: MessageTable;
  readonly #letters: LetterTable;
  readonly #sweeper: Sweeper;
  readonly #sql;

  constructor(db: Database.Database, positions: PositionCounter) {
    this.#db = db;
    this.#positions = positions;
    this.#messages = new MessageTable(db, positions);
    this.directory = new Directory(db);
    this.delays = new DelayTable(db, this.#messages);
    this.#letters = new LetterTable(db, this.#messages);
    this.subscriptions = new SubscriptionTable(db, this.#messages, this.#letters);
    this.marks = new TimeMarkTable(db);
    this.uses = new UseTable(db);
    this.#sweeper = new Sweeper(db, this.#messages, this.#letters);
    this.#sql = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
      reserve: db.prepare<[Position]>("UPDATE meta SET value = ? WHERE key = 'reserved_position'"),
    };
  }

  commit(operations: Operation[]): Committed {
    return operations.every(isBareDraw) ? this.#draw(operations) : this.#write(operations);
  }

  /** Nothing but positions: as long as they are of the block that is reserved, there is nothing to write. */
  #draw(draws: Draw[]): Committed {
    const count = draws.reduce((sum, draw) => sum + draw.count, 0);
    if (!this.#positions.hasReserved(count)) return this.#write(draws);
    const results = draws.map(draw => ({ first: this.#positions.draw(draw.count), refused: [] }));
    return { results, position: this.#positions.last };
  }

  #write(operations: Operation[]): Committed {
    const { last, reserved } = this.#positions;
    try {
      this.#sql.begin.run();
      this.#sweeper.begin();
      const results = operations.map(operation => this.#perform(operation));
      if (this.#positions.reserved !== reserved) this.#sql.reserve.run(this.#positions.reserved);
      this.#sql.commit.run();
      return { results, position: this.#positions.last };
    } catch (error) {
      // SQLite has rolled back by itself after some errors.
      if (this.#db.inTransaction) this.#sql.rollback.run();
      this.#positions.rollBack(last, reserved);
      if (sqliteCode(error) !== 'SQLITE_FULL') throw error;
      throw new StoreFull('The disk, or the store, is full: nothing was stored.');
    }
  }

  /** At a clean end, the next start goes on without a gap. */
  persistPosition(): void {
    this.#sql.reserve.run(this.#positions.last);
  }

  #perform(operation: Operation): Results[keyof Results] {
    const { last } = this.#positions;
    switch (operation.kind) {
      case 'append':
        return this.#messages.append(operation);
      case 'delay':
        return this.delays.add(operation);
      case 'update_delayed':
        return this.delays.update(operation);
      case 'cancel_delayed':
        return this.delays.cancel(operation);
      case 'enter_due':
        return this.delays.enterDue(operation);
      case 'draw':
        return this.#messages.draw(operation);
      case 'settle':
        return this.subscriptions.settle(operation);
      case 'redrive':
        return this.#letters.redrive(operation);
      case 'create_topic':
        return this.directory.createTopic(operation, last);
      case 'update_topic':
        return this.directory.updateTopic(operation, last);
      case 'delete_topic':
        return this.directory.deleteTopic(operation, last);
      case 'create_endpoint':
        return this.directory.createEndpoint(operation, last);
      case 'update_endpoint':
        return this.directory.updateEndpoint(operation, last);
      case 'create_subscription':
        return this.subscriptions.create(operation, last);
      case 'update_subscription':
        return this.subscriptions.update(operation, last);
      case 'delete_subscription':
        return this.subscriptions.delete(operation, last);
      case 'mark_time':
        return this.marks.mark(operation, last);
      case 'note_uses':
        return this.uses.note(operation);
      case 'sweep_expired':
        return this.#sweeper.expired(operation);
      case 'sweep_settled':
        return this.#sweeper.settled(operation);
      case 'sweep_range':
        return this.#sweeper.range(operation);
      case 'sweep_mailbox':
        return this.#sweeper.mailbox(operation);
      case 'sweep_topic':
        return this.#sweeper.topic(operation);
    }
  }
}

function isBareDraw(operation: Operation): operation is Draw {
  return operation.kind === 'draw' && operation.named.length === 0;
}
