import { secondsLeft } from './estimate.js';

/** Where the progress is shown: `process.stderr` in life. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** A workload that is to run, and what it may take in seconds. */
export interface Part {
  name: string;
  seconds: number;
}

const barCells = 20;
const columnsUsual = 80;
const msPerSecond = 1_000;
/** The terminal's own words for "to the start of the line, and clear it". */
const clearLine = '\r\u001b[2K';

/**
 * Says what the bench is doing and how long it may still take: on a terminal one line that is drawn again and again, and
 * elsewhere a line for whatever begins, so that a log shows where it stood.
 */
export class Progress {
  readonly #screen: Screen;
  readonly #parts: readonly Part[];
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #partsDone = 0;
  #fraction = 0;
  #doing = '';

  constructor(screen: Screen, parts: readonly Part[], nowMs: () => number) {
    this.#screen = screen;
    this.#parts = parts;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  /** The next part begins. */
  begin(): void {
    this.#doing = '';
    this.#show();
  }

  /** What the part that runs is doing now. */
  doing(text: string): void {
    if (text === this.#doing) return;
    this.#doing = text;
    this.#show();
  }

  /** How much of the part that runs is done, from 0 to 1. */
  advance(fraction: number): void {
    this.#fraction = fraction;
    this.redraw();
  }

  /** The part is over, however it ended. */
  end(): void {
    this.#partsDone += 1;
    this.#fraction = 0;
    this.clear();
  }

  /** Time goes by while nothing else happens; only a terminal shows it. */
  redraw(): void {
    if (this.#screen.isTTY) this.#show();
  }

  /** Makes room for something else to be printed. */
  clear(): void {
    if (this.#screen.isTTY) this.#screen.write(clearLine);
  }

  #show(): void {
    if (this.#parts[this.#partsDone] === undefined) return;
    if (!this.#screen.isTTY) {
      this.#screen.write(`${this.#text()}\n`);
      return;
    }
    const width = (this.#screen.columns || columnsUsual) - 1;
    this.#screen.write(clearLine + `${bar(this.#shareDone())} ${this.#text()}`.slice(0, width));
  }

  #text(): string {
    const elapsedSeconds = (this.#nowMs() - this.#startMs) / msPerSecond;
    const left = secondsLeft({
      partSeconds: this.#parts.map(({ seconds }) => seconds),
      partsDone: this.#partsDone,
      fraction: this.#fraction,
      elapsedSeconds,
    });
    const { name } = this.#parts[this.#partsDone]!;
    const place = `${this.#partsDone + 1}/${this.#parts.length} ${name}`;
    const what = this.#doing === '' ? place : `${place}, ${this.#doing}`;
    // The times come first, so that a narrow terminal cuts off what can be missed.
    return `${minutes(elapsedSeconds)} gone, about ${minutes(left)} left, ${what}`;
  }

  #shareDone(): number {
    const seconds = (parts: readonly Part[]) => parts.reduce((total, part) => total + part.seconds, 0);
    const current = this.#parts[this.#partsDone]!.seconds * this.#fraction;
    return (seconds(this.#parts.slice(0, this.#partsDone)) + current) / seconds(this.#parts);
  }
}

function bar(share: number): string {
  const full = Math.round(share * barCells);
  return '█'.repeat(full) + '░'.repeat(barCells - full);
}

/** As `m:ss`. */
function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
