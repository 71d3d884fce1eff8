import type { Arbitrary } from 'fast-check';
import { hold, moveToTop, release, update } from './change.js';
import type { Command } from './command.js';
import { cancelDelayed, updateDelayed } from './delayed.js';
import { publish, publishAside, publishNamed } from './publish.js';
import { browse, clear, pull, remove } from './queue.js';
import { rewind } from './rewind.js';
import { answer, settleByName } from './settle.js';
import { attach, changeRights, drop, stall, subscribe, switchStatus, unsubscribe } from './subscribe.js';
import { crash, pass, restart, sweep } from './time.js';
import { changeTopic } from './topic.js';

/** What may happen. What stands there more than once happens more often. */
export const commands: Arbitrary<Command>[] = [
  ...[publish, publish, publish, publishNamed, publishAside, publishAside],
  ...[subscribe, subscribe, subscribe, attach, attach, drop, stall],
  ...[answer, answer, answer, answer, settleByName, pull],
  ...[pass, pass, sweep, restart, crash],
  ...[browse, update, update, remove, clear, unsubscribe],
  ...[hold, release, moveToTop, rewind],
  ...[switchStatus, changeRights, changeTopic],
  ...[updateDelayed, cancelDelayed],
];
