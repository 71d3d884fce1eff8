import type { Broker } from '../../broker/broker.js';
import type { Clock } from '../../broker/clock.js';
import type { Sink } from '../../broker/sink.js';
import type { Methods } from '../../protocol/api.gen.js';
import type { Limits } from '../../protocol/limits.js';
import type { Answer, Caller, RawOf } from '../caller.js';

/** What methods work with. */
export interface Context {
  broker: Broker;
  clock: Clock;
  limits: Limits;
  /** Reads the configuration again. Rejects with `HoldfastError`. */
  reload(): Promise<void>;
  /** Hashes a password made by a person. */
  hashPassword(password: string): Promise<string>;
  /** Makes a key for a machine, and what is stored of it. */
  makeKey(): { key: string; credential: string };
  /** The credentials of an endpoint are no longer what they were: its connections end, except this one. */
  revoke(username: string, endpointId: number, except: Sink | null): void;
}

export type MethodName = keyof Methods;

/** One method: `params` have passed its schema; `raw` gives a member as the client wrote it. */
export interface Method<Name extends MethodName> {
  name: Name;
  /** Roles that may call it. Undefined: everyone, for what is their own. */
  roles?: readonly ('admin' | 'monitor')[];
  run(context: Context, caller: Caller, params: Methods[Name]['params'], raw: RawOf): Promise<Answer>;
}

export const empty: Answer = { json: '{}' };

export function answer(result: unknown): Answer {
  return { json: JSON.stringify(result) };
}
