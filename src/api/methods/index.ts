import { ack } from './ack.js';
import { configReload } from './config.js';
import { delayedCancel, delayedGet, delayedList, delayedUpdate } from './delayed.js';
import { endpointCreate, endpointUpdate } from './endpoint.js';
import { nack } from './nack.js';
import { ping } from './ping.js';
import { pull } from './pull.js';
import {
  queueBrowse,
  queueClear,
  queueDelete,
  queueGet,
  queueHold,
  queueMoveToTop,
  queueRedrive,
  queueRelease,
  queueRewind,
  queueUpdate,
} from './queue.js';
import { resume } from './resume.js';
import { subscribe } from './subscribe.js';
import {
  subscriptionCreate,
  subscriptionDelete,
  subscriptionGet,
  subscriptionList,
  subscriptionUpdate,
} from './subscription.js';
import { topicBrowse, topicCreate, topicDelete, topicGet, topicList, topicUpdate } from './topic.js';
import { unsubscribe } from './unsubscribe.js';
import { whoami } from './whoami.js';

/** All methods but `publish`, which has a path of its own. */
export const methods = [
  ack,
  configReload,
  delayedCancel,
  delayedGet,
  delayedList,
  delayedUpdate,
  endpointCreate,
  endpointUpdate,
  nack,
  ping,
  pull,
  queueBrowse,
  queueClear,
  queueDelete,
  queueGet,
  queueHold,
  queueMoveToTop,
  queueRedrive,
  queueRelease,
  queueRewind,
  queueUpdate,
  resume,
  subscribe,
  subscriptionCreate,
  subscriptionDelete,
  subscriptionGet,
  subscriptionList,
  subscriptionUpdate,
  topicBrowse,
  topicCreate,
  topicDelete,
  topicGet,
  topicList,
  topicUpdate,
  unsubscribe,
  whoami,
] as const;
