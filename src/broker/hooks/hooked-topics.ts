import type { Topic } from '../topics/topic.js';
import type { HookName, Hooks } from './hooks.js';

/** Which topics have which hooks, remembered for as long as the same hooks are loaded. */
export class HookedTopics {
  readonly #hooks: Hooks;
  /** By topic; one that is deleted is forgotten with it. */
  #known = new WeakMap<Topic, ReadonlySet<HookName> | null>();
  #version: number;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
    this.#version = hooks.version;
  }

  has(topic: Topic, name: HookName): boolean {
    if (this.#hooks.isEmpty) return false;
    if (this.#version !== this.#hooks.version) {
      this.#known = new WeakMap();
      this.#version = this.#hooks.version;
    }
    let names = this.#known.get(topic);
    if (names === undefined) {
      names = this.#hooks.of(topic.name);
      this.#known.set(topic, names);
    }
    return names?.has(name) === true;
  }
}
