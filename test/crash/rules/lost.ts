import { type Fault, isStored, type Ledger, type Publish, type Queue } from '../ledger.js';

/** What was answered is delivered to everyone who had subscribed before it was sent, and settled by them, or expires. */
export function lost({ publishes, queues }: Ledger): Fault[] {
  return [...queues.values()].flatMap(queue =>
    [...publishes.values()].filter(publish => isOwed(publish, queue) && !isDone(publish, queue)).map(faultOf(queue)),
  );
}

function isOwed(publish: Publish, { subscribed, subscribedIndex }: Queue): boolean {
  const { first, sends } = publish;
  return isStored(publish) && subscribed.topics.includes(first.topic) && sends[0]!.index > subscribedIndex;
}

/** Settled, or its time was over before the queue was seen empty. */
function isDone({ first, answers }: Publish, { acked, drained }: Queue): boolean {
  if (acked.has(answers[0]!.msgId)) return true;
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
