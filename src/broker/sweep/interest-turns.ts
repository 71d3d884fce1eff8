import { InterestTurn, type Look } from './interest-turn.js';

/** Rows of the first page of a turn: mostly the first row decides. Each page after it is eight times as long. */
const rowsAtFirst = 8;
const growth = 8;

/** Turns that go on, and where the next one of a pattern begins. */
export class InterestTurns {
  /** Rows of all pages that are read together. */
  readonly #rowsMax: number;
  /** By the pages that they have had, three or more at the end, so that short ones do not wait for long ones. */
  readonly #going: InterestTurn[][] = [[], [], [], []];
  #isForLong = true;
  /** Behind whoever ended the last turn of a pattern, by holding all. */
  readonly #hands = new Map<string, number>();

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  get isEmpty(): boolean {
    return this.#going.every(turns => turns.length === 0);
  }

  /** True if there are some that have not had a page. */
  get hasNew(): boolean {
    return this.#going[0]!.length > 0;
  }

  begin(looks: ReadonlyMap<string, Look[]>, moment: number): void {
    for (const [pattern, own] of looks) {
      this.#add(new InterestTurn(pattern, own, this.#hands.get(pattern) ?? 0, moment));
    }
  }

  /** Turns that are to read their next pages now, each up to `limit` rows: in turn those of the fewest and the most pages. */
  next(): { turns: InterestTurn[]; limit: number } {
    this.#isForLong = !this.#isForLong;
    const hasSome = (each: InterestTurn[]) => each.length > 0;
    const turns = (this.#isForLong ? this.#going.findLast(hasSome) : this.#going.find(hasSome)) ?? [];
    const limit = Math.min(rowsAtFirst * growth ** (turns[0]?.pages ?? 0), this.#rowsMax);
    return { turns: turns.splice(0, Math.max(1, Math.floor(this.#rowsMax / limit))), limit };
  }

  /** A page was taken: the turn is over if it is whole, or if it matters to no topic any more. */
  taken(turn: InterestTurn, isWhole: boolean): void {
    turn.looks = isWhole ? [] : turn.looks.filter(({ isDone }) => !isDone);
    if (turn.looks.length > 0) this.#add(turn);
    else if (isWhole) this.#hands.delete(turn.pattern);
    else this.#hands.set(turn.pattern, turn.afterId);
  }

  #add(turn: InterestTurn): void {
    this.#going[Math.min(turn.pages, this.#going.length - 1)]!.push(turn);
  }
}
