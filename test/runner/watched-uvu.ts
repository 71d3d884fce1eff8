/**
 * uvu as test files get it from the runner. It runs the tests; this layer sees what uvu itself keeps quiet about:
 *
 * 1. a `before`, `after` or `after.each` that throws (uvu drops the error and stays green),
 * 2. a suite whose `run()` was forgotten (uvu never learns of it),
 * 3. a test that throws something that is no `Error` (uvu trips over it and drops the rest of the suite).
 */
import { inspect } from 'node:util';
import type { Callback, Context, Test } from 'uvu';

/** What uvu answers for a suite: its formatted failures or `true`, then passed, skipped and all tests. */
type SuiteResult = [errors: string | true, passed: number, skipped: number, total: number];

declare global {
  var UVU_DEFER: number | undefined;
  var UVU_QUEUE: (() => Promise<SuiteResult>)[][];
}

// With this set, `run()` puts its suite into the queue and starts nothing, so that the suites are ours to run.
globalThis.UVU_DEFER = 1;
globalThis.UVU_QUEUE = [[]];
const uvu = await import('uvu');

export interface WatchedSuite {
  name: string;
  /** Tests that no `run()` has followed yet. */
  waiting: number;
  runs: (() => Promise<SuiteResult>)[];
  hookErrors: string[];
}

/** Every suite of this process, in the order of their making. */
export const suites: WatchedSuite[] = [];

let startOf: (test: string) => void = () => {};

/** Calls `listener` with the full title of each test that starts, from now on. */
export function onTestStart(listener: (test: string) => void): void {
  startOf = listener;
}

export function suite<T = Context>(name = '', context?: T): Test<T> {
  return watch(uvu.suite<T>(name, context), name);
}

export const test = watch(uvu.test, '');
export const exec = uvu.exec;

function watch<T>(real: Test<T>, name: string): Test<T> {
  const watched: WatchedSuite = { name, waiting: 0, runs: [], hookErrors: [] };
  suites.push(watched);

  const adding = (add: (title: string, body: Callback<T>) => void) => (title: string, body: Callback<T>) => {
    watched.waiting++;
    add(title, announced(`${name} ${title}`.trim(), body));
  };
  const recording = (add: (hook: Callback<T>) => void, kind: string) => (hook: Callback<T>) =>
    add(recorded(watched, kind, hook));

  return Object.assign(adding(real), {
    only: adding(real.only),
    skip: adding(real.skip),
    before: Object.assign(recording(real.before, 'before'), { each: real.before.each }),
    after: Object.assign(recording(real.after, 'after'), { each: recording(real.after.each, 'after.each') }),
    run: () => {
      watched.waiting = 0;
      real.run();
      watched.runs.push(...globalThis.UVU_QUEUE.flatMap(group => group.splice(0)));
    },
  });
}

function announced<T>(title: string, body: Callback<T>): Callback<T> {
  return async context => {
    startOf(title);
    try {
      await body(context);
    } catch (error) {
      throw error instanceof Error ? error : new Error(`threw what is no Error: ${inspect(error)}`);
    }
  };
}

/** Only a `before` throws on, because its tests must not run; after the others uvu is to go on with the rest. */
function recorded<T>(watched: WatchedSuite, kind: string, hook: Callback<T>): Callback<T> {
  return async context => {
    try {
      await hook(context);
    } catch (error) {
      watched.hookErrors.push(`the ${kind} hook of "${watched.name}" threw ${inspect(error)}`);
      if (kind === 'before') throw error;
    }
  };
}
