import { backlog } from './backlog.js';
import type { CurveRun } from './curve.js';
import { idle } from './idle.js';
import { offline } from './offline.js';
import { matching, patterns } from './patterns.js';
import { priorities } from './priorities.js';
import { topics } from './topics.js';

/** All curves by their names, in the order in which people read of them. */
export const curves: Record<string, CurveRun> = { offline, backlog, idle, topics, patterns, matching, priorities };
