import { MemoryStore } from '../../src/store/memory.js';
import type { Bench } from './conformance/bench.js';

export async function memoryBench(): Promise<Bench> {
  let memory = new MemoryStore();
  const bench: Bench = {
    store: memory,
    opened: await memory.open(),
    async restart() {
      await memory.close();
      await openAgain();
    },
    crash: () => openAgain(),
    end: () => memory.close(),
  };
  async function openAgain(): Promise<void> {
    memory = memory.reopen();
    bench.store = memory;
    bench.opened = await memory.open();
  }
  return bench;
}
