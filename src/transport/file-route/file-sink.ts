import { createHash } from 'node:crypto';
import type { Batch } from '../../broker/delivery/batch.js';
import type { Message } from '../../broker/message.js';
import type { Attempt, Nack, Sink } from '../../broker/sink.js';
import type { FileRoute } from '../../broker/subscriptions/receiver.js';
import type { Served } from '../../broker/subscriptions/receivers.js';
import { limits } from '../../protocol/limits.js';
import { FileFault } from '../files/file-fault.js';
import { syncFolder } from '../files/sync-folder.js';
import type { AllowedFolders } from './allowed-folders.js';
import { bodyOf } from './file-body.js';
import { defaultFileName, fileNameOf, sanitised } from './file-name.js';
import { removeLeftovers } from './hidden-names.js';
import { writeFile } from './write-file.js';

/** Messages of routes so far, by what became of them. */
export interface WrittenCounters {
  written: number;
  failed: number;
  unreachable: number;
}

export interface FileSinkParts {
  folders: AllowedFolders;
  counters: WrittenCounters;
  log: { info(details: object, message: string): void; warn(details: object, message: string): void };
  /** It gets nothing more, and nothing of it is under way. */
  ended(): void;
}

/** Writes the messages of one subscription as files, one batch after the other. */
export class FileSink implements Sink {
  readonly #parts: FileSinkParts;
  readonly #route: FileRoute;
  readonly #served: Served;
  readonly #wake: () => void;
  /**
   * Written by an attempt that did not come to its end: they come again, and their files may be gone by then. By id,
   * with the digest of what was written, as a message may be edited in between.
   */
  readonly #written = new Map<string, string>();
  #isFirst = true;
  #isWriting = false;
  #isClosed = false;
  #isWell = true;

  constructor(parts: FileSinkParts, route: FileRoute, served: Served, wake: () => void) {
    this.#parts = parts;
    this.#route = route;
    this.#served = served;
    this.#wake = wake;
  }

  get isReady(): boolean {
    return !this.#isWriting && !this.#isClosed;
  }

  deliver(attempt: Attempt, batch: Batch): void {
    // What is in the batch is to be taken within the call.
    const messages = batch.messages.map((message, index) => ({
      msgId: message.idText(batch.ids),
      text: textOf(message, batch),
      isAgain: (batch.timesSent?.[index] ?? 1) > 1,
    }));
    this.#isWriting = true;
    void this.#write(attempt, messages).finally(() => {
      this.#isWriting = false;
      if (this.#isClosed) this.#parts.ended();
      else this.#wake();
    });
  }

  detached(): void {
    this.close();
  }

  released(): void {
    this.close();
  }

  dropped(): void {}

  /** Nothing more is written than the file that is being written. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isWriting) this.#parts.ended();
  }

  async #write(attempt: Attempt, messages: readonly Outgoing[]): Promise<void> {
    const faults: (Nack & { reason: string })[] = [];
    try {
      const folder = await this.#parts.folders.find(this.#route.folder);
      if (this.#isFirst) await removeLeftovers(folder);
      this.#isFirst = false;
      for (const message of messages) {
        if (this.#isClosed) return;
        const reason = await this.#writeOne(folder, message);
        if (reason !== null) faults.push({ msgId: message.msgId, reason });
        // Whoever wants the order kept wants nothing that follows before it.
        if (reason !== null && this.#served.options.delivery_err_should_block) break;
      }
      await syncFolder(folder);
    } catch (error) {
      this.#parts.counters.unreachable += 1;
      this.#tell((error as Error).message);
      attempt.unreachable((error as Error).message);
      return;
    }
    this.#settle(attempt, messages, faults);
  }

  /** Why its data cannot be written, or null. Throws what the file system says. */
  async #writeOne(folder: string, { msgId, text, isAgain }: Outgoing): Promise<string | null> {
    const digest = digestOf(text);
    if (this.#written.get(msgId) === digest) return null;
    const { file_name = defaultFileName, encoding = 'message' } = this.#route;
    try {
      const name = fileNameOf(file_name, JSON.parse(text) as Record<string, unknown>);
      const isNameItsOwn = name.includes(sanitised(msgId));
      await writeFile({ folder, name, tag: tagOf(msgId), body: bodyOf(text, encoding), isAgain, isNameItsOwn });
      this.#written.set(msgId, digest);
      return null;
    } catch (error) {
      if (error instanceof FileFault) return error.message;
      throw error;
    }
  }

  #settle(attempt: Attempt, messages: readonly Outgoing[], faults: (Nack & { reason: string })[]): void {
    const { counters } = this.#parts;
    counters.written += messages.length - faults.length;
    counters.failed += faults.length;
    this.#tell(null);
    const [first] = faults;
    if (first) {
      const { name, username } = this.#served;
      this.#parts.log.warn({ name, username, msg_id: first.msgId, error: first.reason }, 'A message cannot be a file');
    }
    const isWhole = faults.length === messages.length || this.#served.options.delivery_err_should_block;
    if (first && isWhole) {
      attempt.failed(first.reason);
      return;
    }
    this.#forget(messages);
    if (first) attempt.ackedExcept(faults.map(({ msgId }) => ({ msgId })));
    else attempt.acked();
  }

  /** They are settled. Those that are never settled, as they expired, must not add up. */
  #forget(messages: readonly Outgoing[]): void {
    for (const { msgId } of messages) this.#written.delete(msgId);
    if (this.#written.size > limits.delivery_batch_messages_max) this.#written.clear();
  }

  /** A line when a folder begins to fail and one when it is well again: not for each message. */
  #tell(error: string | null): void {
    if ((error === null) === this.#isWell) return;
    this.#isWell = error === null;
    const { name, username } = this.#served;
    const about = { folder: this.#route.folder, username, name };
    if (error === null) this.#parts.log.info(about, 'messages are written as files again');
    else this.#parts.log.warn({ ...about, error }, 'Messages cannot be written as files: tried again');
  }
}

interface Outgoing {
  msgId: string;
  text: string;
  isAgain: boolean;
}

/** Ids that publishers made may be long, and hold what a name may not. */
function tagOf(msgId: string): string {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(msgId)) return msgId;
  return digestOf(msgId).slice(0, 32);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The same each time that it is written, so that one written before is known; and without the key of the subscription. */
function textOf(message: Message, { ids }: Batch): string {
  return `${message.text(ids)}}`;
}
