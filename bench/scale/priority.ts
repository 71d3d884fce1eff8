import { limits } from '../../src/protocol/limits.js';
import { priorityMax } from '../../src/protocol/message.js';

/** The priority of the message with this index, if the highest so many take turns; one alone is the default one. */
export function priorityOf(index: number, priorities: number): number {
  return priorities === 1 ? limits.priority_default : priorityMax - (index % priorities);
}
