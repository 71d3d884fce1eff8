import type { Operation, Store } from '../../src/store/store.js';
import type { Bench } from './conformance/bench.js';

/** A store with some methods of its own; what it has not goes to the store behind it. */
export function spoilt(store: Store, methods: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = methods[name] ?? target[name];
      return method.bind(target);
    },
  });
}

/** Takes operations out of commits, or bends them, before they reach the store. */
export function bending(store: Store, bend: (operation: Operation) => Operation): Store {
  return spoilt(store, { commit: operations => store.commit(operations.map(bend)) });
}

/** The same fault in every store that the bench opens. */
export function spoiltBench(bench: Bench, spoil: (store: Store) => Store): Bench {
  const spoiltOne: Bench = {
    store: spoil(bench.store),
    opened: bench.opened,
    async restart() {
      await bench.restart();
      renew();
    },
    async crash() {
      await bench.crash();
      renew();
    },
    end: () => bench.end(),
  };
  const renew = (): void => {
    spoiltOne.store = spoil(bench.store);
    spoiltOne.opened = bench.opened;
  };
  return spoiltOne;
}
