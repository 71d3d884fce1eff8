import type { Limits } from '../../protocol/limits.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { type Change, type CheckPublish, type changeable, readChange, UnfitChange } from './hook-change.js';
import type { HookCounters } from './hook-counters.js';
import { HookedTopics } from './hooked-topics.js';
import type { HookedSubscription, HookFailure, HookName, Hooks } from './hooks.js';

/** Where faults of hooks are told. */
export interface HookLog {
  warn(details: object, message: string): void;
}

export interface HookParts {
  hooks: Hooks;
  /** Holds what a hook changes to what a publish is held to. */
  check: CheckPublish;
  log: HookLog;
}

/** What all calls of hooks have in common: whether there is one, and that each call is counted and each failure logged. */
export class HookCalls {
  readonly hooks: Hooks;
  readonly topics: HookedTopics;
  readonly #check: CheckPublish;
  readonly #log: HookLog;
  readonly #counters: HookCounters;
  readonly #limits: Limits;

  constructor({ hooks, check, log }: HookParts, counters: HookCounters, limits: Limits) {
    this.hooks = hooks;
    this.topics = new HookedTopics(hooks);
    this.#check = check;
    this.#log = log;
    this.#counters = counters;
    this.#limits = limits;
  }

  /** The verdict of a hook; whatever goes wrong is a failure of that call, and of nothing else. */
  async ask<Verdict extends { kind: string }>(
    hook: HookName,
    about: { topic_name: string },
    call: () => Promise<Verdict>,
  ): Promise<Verdict | HookFailure> {
    const verdict = await call().catch(failureOf);
    this.#counters.calls[hook] += 1;
    if (isFailure(verdict)) this.failed(hook, about, verdict);
    return verdict;
  }

  /** What a hook wants to be changed, or a failure of that hook. */
  read(hook: keyof typeof changeable, about: { topic_name: string }, text: string): Change | HookFailure {
    try {
      return readChange(text, hook, this.#limits, this.#check);
    } catch (error) {
      if (!(error instanceof UnfitChange)) throw error;
      return this.unfit(hook, about, error.message);
    }
  }

  /** What a hook answered cannot be done: it has failed. */
  unfit(hook: HookName, about: object, error: string): HookFailure {
    const failure: HookFailure = { kind: 'failed', cause: 'error', error };
    this.failed(hook, about, failure);
    return failure;
  }

  failed(hook: HookName, about: object, { cause, error, details }: HookFailure): void {
    this.#counters.failures[hook][cause] += 1;
    this.#log.warn({ hook, ...about, cause, error, details }, 'A hook has failed');
  }
}

export function hookedSubscription({ id, endpoint, name, options }: Subscription): HookedSubscription {
  return { id, username: endpoint.username, name, delivery_method: options.delivery_method };
}

export function isFailure(verdict: { kind: string } | Change): verdict is HookFailure {
  return 'kind' in verdict && verdict.kind === 'failed';
}

function failureOf(error: unknown): HookFailure {
  return { kind: 'failed', cause: 'error', error: error instanceof Error ? error.message : String(error) };
}
