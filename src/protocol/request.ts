import { memberText, type Spans } from './outline.js';

export interface RequestEntry {
  kind: 'request';
  /** The JSON text of the id as it was written; null for a notification, 'null' for an id that is null. */
  id: string | null;
  method: string;
  /** Of a `publish`, `data` and `user_ctx` may be `unbuilt`. */
  params: Record<string, unknown> | unknown[] | undefined;
  /** White space between the tokens of the `data` of a publish, in characters; undefined if it was not counted. */
  dataSpaces: number | undefined;
  /**
   * The JSON text of one member of `params` as it was written, without white space around it; undefined if there is
   * none. It may share the memory of the frame: copy what is to be kept for long.
   */
  raw(name: string): string | undefined;
}

/** Stands for a value that is known to be valid, and that nobody wants but as it was written. */
export const unbuilt = Symbol('unbuilt');

export class Request implements RequestEntry {
  readonly kind = 'request';
  readonly id: string | null;
  readonly method: string;
  readonly params: RequestEntry['params'];
  readonly dataSpaces: number | undefined;
  readonly #text: string;
  readonly #members: Spans;

  constructor(
    text: string,
    id: string | null,
    method: string,
    params: RequestEntry['params'],
    members: Spans,
    dataSpaces?: number,
  ) {
    this.id = id;
    this.method = method;
    this.params = params;
    this.dataSpaces = dataSpaces;
    this.#text = text;
    this.#members = members;
  }

  raw(name: string): string | undefined {
    return memberText(this.#text, this.#members, name);
  }
}
