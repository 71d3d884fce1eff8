import type { HookName } from '../../broker/hooks/hooks.js';
import type { HooksDefinition } from '../../hooks.js';

type Members = Record<string, unknown>;

/** What a hook may wish, read from what it answered. */
type Wish = { change: Members } | { ends: object } | null;

/**
 * Calls hooks one after the other. Each gets the message as the ones before it have changed it; the first that refuses,
 * skips or deletes ends the row. Answers a verdict of the port of hooks (`broker/hooks/hooks.ts`).
 */
export async function runHooks(
  call: HookName,
  hooks: readonly HooksDefinition[],
  messageJson: string | null,
  context: object,
): Promise<object> {
  if (messageJson === null) {
    for (const hook of hooks) await (hook[call] as (context: object) => unknown).call(hook, context);
    return { kind: 'heard' };
  }
  let changed: Members = {};
  for (const hook of hooks) {
    // Parsed anew for each: what a hook does to the object it is given changes nothing.
    const message = { ...(JSON.parse(messageJson) as Members), ...changed };
    const answer = await (hook[call] as (message: object, context: object) => unknown).call(hook, message, context);
    const wish = readWish(call, answer);
    if (wish && 'ends' in wish) return wish.ends;
    if (wish) changed = { ...changed, ...wish.change };
  }
  const isChanged = Object.keys(changed).length > 0;
  return { kind: 'pass', change: isChanged ? JSON.stringify(changed, absentAsNull) : null };
}

/** A hook leaves an attribute out by `undefined`, which JSON does not know. */
function absentAsNull(_: string, value: unknown): unknown {
  return value === undefined ? null : value;
}

/** Throws if it is none of the answers that a hook of this name may give. */
function readWish(call: HookName, answer: unknown): Wish {
  if (answer === undefined) return null;
  const { change, refuse, skip, delay, delete: isDeleted } = (answer ?? {}) as Members;
  if (typeof change === 'object' && change !== null && !Array.isArray(change)) return { change: change as Members };
  if (call === 'before_publish') {
    if (typeof refuse === 'string') return { ends: { kind: 'refuse', reason: refuse } };
    throw new Error('before_publish must answer nothing, { change: {…} } or { refuse: "why" }');
  }
  if (skip === true) return { ends: { kind: 'skip', delaySec: isDelay(delay) ? delay : null } };
  if (isDeleted === true) return { ends: { kind: 'delete' } };
  throw new Error('before_delivery must answer nothing, { change: {…} }, { skip: true } or { delete: true }');
}

function isDelay(given: unknown): given is number {
  return typeof given === 'number' && given >= 0 && given < Infinity;
}
