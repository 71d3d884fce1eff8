import type { Clock } from '../../broker/clock.js';
import type { Sink } from '../../broker/sink.js';
import type { FileRoute, Receiver } from '../../broker/subscriptions/receiver.js';
import type { Receivers, Served } from '../../broker/subscriptions/receivers.js';
import type { Limits } from '../../protocol/limits.js';
import { AllowedFolders } from './allowed-folders.js';
import { checkFileName, defaultFileName } from './file-name.js';
import { FileSink, type FileSinkParts } from './file-sink.js';

export interface FileRoutesParts extends Pick<FileSinkParts, 'counters' | 'log'> {
  /** Absolute. */
  allowed: readonly string[];
  clock: Clock;
  limits: Limits;
}

/** Makes the sinks of subscriptions whose messages are written as files. */
export class FileRoutes implements Receivers {
  readonly #parts: FileRoutesParts;
  readonly #folders: AllowedFolders;
  readonly #sinks = new Set<FileSink>();
  #onIdle: (() => void) | null = null;

  constructor(parts: FileRoutesParts) {
    this.#parts = parts;
    this.#folders = new AllowedFolders(parts.allowed);
  }

  check(receiver: Receiver): void {
    const { folder, file_name = defaultFileName } = routeOf(receiver);
    this.#folders.check(folder);
    checkFileName(file_name);
  }

  sinkFor(receiver: Receiver, served: Served, wake: () => void): Sink {
    this.check(receiver);
    const { counters, log } = this.#parts;
    const ended = () => {
      this.#sinks.delete(sink);
      if (this.#sinks.size === 0) this.#onIdle?.();
    };
    const sink = new FileSink({ folders: this.#folders, counters, log, ended }, routeOf(receiver), served, wake);
    this.#sinks.add(sink);
    return sink;
  }

  /** Waits for the files that are being written, but not for long: a disk may hang. */
  async stop(): Promise<void> {
    const { clock, limits } = this.#parts;
    for (const sink of this.#sinks) sink.close();
    if (this.#sinks.size === 0) return;
    await new Promise<void>(resolve => {
      const deadline = clock.after(limits.stop_ms_max / 2, resolve);
      this.#onIdle = () => {
        deadline.cancel();
        resolve();
      };
    });
  }
}

function routeOf(receiver: Receiver): FileRoute {
  if ('route' in receiver && 'folder' in receiver.route) return receiver.route;
  throw new TypeError('no route to a folder');
}
