import type { AsyncCommand } from 'fast-check';
import { check } from '../check.js';
import type { Model } from '../model.js';
import type { Play } from '../play.js';

/** One step of a run: does something in the world, changes the model accordingly, and compares the two. */
export class Command implements AsyncCommand<Model, Play> {
  readonly #name: string;
  readonly #args: object;
  readonly #run: (model: Model, play: Play) => Promise<void>;

  constructor(name: string, args: object, run: (model: Model, play: Play) => Promise<void>) {
    this.#name = name;
    this.#args = args;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, play: Play): Promise<void> {
    model.round += 1;
    model.tick(play.now);
    await this.#run(model, play);
    await check(model, play);
  }

  toString(): string {
    return `${this.#name} ${JSON.stringify(this.#args)}`;
  }
}

/** The name of the error with which something is refused, or null if it is not. */
export async function refusal(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return (error as Error).name;
  }
}
