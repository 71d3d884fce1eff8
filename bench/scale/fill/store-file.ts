import { fork } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Setup } from '../../setup.js';
import { Child } from '../../subject/child.js';
import type { FillCommand, FillReport, Order } from './order.js';

const fillMain = fileURLToPath(new URL('./main.js', import.meta.url));
const fileName = 'holdfast.db';

/** Folders with filled stores, all from one that a server has made, so that its administrator is in each. */
export class StoreFiles {
  readonly #setup: Setup;
  #made: Promise<string> | null = null;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  /** A new folder whose store holds what is ordered, for a server to be started on. */
  async fill(orders: Order[]): Promise<string> {
    this.#made ??= this.#make();
    const directory = this.#setup.makeDirectory();
    const file = join(directory, fileName);
    copyFileSync(join(await this.#made, fileName), file);
    if (orders.length > 0) await fillStore({ file, orders });
    return directory;
  }

  async #make(): Promise<string> {
    const directory = this.#setup.makeDirectory();
    const server = await this.#setup.startHoldfast({ directory });
    await server.stop();
    return directory;
  }
}

async function fillStore(command: FillCommand): Promise<void> {
  const child = new Child(fork(fillMain, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }));
  const replied = child.reply();
  child.send({ ...command });
  const report = (await replied) as FillReport;
  if (report.report === 'failed') throw new Error(`The store could not be filled: ${report.message}`);
  await child.kill();
}
