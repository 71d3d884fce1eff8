/** What happened so far, for metrics and `stats`; every message that was accepted ends in one of these, by its reason. */
export class Counters {
  published = 0;
  duplicates = 0;
  delivered = 0;
  settled = 0;
  nacked = 0;
  /** Attempts that reached nobody: their messages went back to the queue. */
  unreachable = 0;
  /** Passed over in a queue because it had expired. */
  expired = 0;
  deadLettered = 0;
  /** A dead letter of a dead letter is dropped. */
  deadLettersDropped = 0;
  /** Dead letters that were put back into the queue that had given them up. */
  redriven = 0;
  deleted = 0;
  /** Delayed messages that were taken back before they were due. */
  cancelled = 0;
  unsubscribed = 0;
  /** As `unsubscribed`, because nobody had used the subscription for too long. */
  inactive = 0;
  cleared = 0;
  overDepth = 0;
  /** Settled messages that a rewind brought back into a queue. */
  rewound = 0;
  /** Removed from the log: everyone who may see it has settled it. */
  sweptSettled = 0;
  /** Removed from the log: no subscription had its topic. */
  sweptUnwanted = 0;
  /** Removed from the log, or before it entered it: its topic was deleted. */
  sweptDeleted = 0;
  /** Removed from the log: its time was over. */
  sweptExpired = 0;
  /** Removed from memory: the room was needed. */
  sweptRamFull = 0;
  /** Lost, for that reason, to a queue whose owner was told. */
  ramLost = 0;
  /** Publishes that were refused because there was no room in memory. */
  ramRefused = 0;
  /** Responses that matched no delivery, or one of an older owner. */
  strayResponses = 0;
  /** Publishes that a hook refused. */
  hookRefused = 0;
  /** Deliveries that a hook put off, one for each message. */
  hookSkipped = 0;
  /** Messages that a hook deleted from a queue. */
  hookDeleted = 0;
}
