import { type Fault, isStored, type Ledger, type Publish, type Queue } from '../ledger.js';

/**
 * What was answered is delivered to everyone who had subscribed before it was sent, or whom it was addressed to, and is
 * settled by them, or expires. What was in memory only may end with a server, and each of them is killed.
 */
export function lost({ publishes, queues }: Ledger): Fault[] {
  return [...queues.values()].flatMap(queue =>
    [...publishes.values()].filter(publish => isOwed(publish, queue) && !isDone(publish, queue)).map(faultOf(queue)),
  );
}

function isOwed(publish: Publish, { subscribed, subscribedIndex }: Queue): boolean {
  const { first, sends } = publish;
  if (!isStored(publish) || first.isInRam || sends[0]!.index <= subscribedIndex) return false;
  return first.to?.includes(subscribed.sub) ?? subscribed.topics.includes(first.topic);
}

/** Settled, or its time was over before the queue was seen empty. */
function isDone(publish: Publish, queue: Queue): boolean {
  const { first, answers } = publish;
  const { acked, drained, isRedriven, seen } = queue;
  if (acked.has(answers[0]!.msgId)) return true;
  if (isRedriven && seen.some(one => one.publish === publish && acked.has(one.message.msg_id))) return true;
  return drained !== null && first.at + (first.delaySec + first.expirationSec) * 1000 <= drained.at;
}

function faultOf({ sub, seen }: Queue): (publish: Publish) => Fault {
  return publish => {
    const times = seen.filter(one => one.publish === publish).length;
    const { n, answers } = publish;
    return {
      rule: 'lost',
      text: `${sub}: publish ${n} was answered (${answers[0]!.msgId}), delivered ${times} times and never settled by its owner`,
    };
  };
}
