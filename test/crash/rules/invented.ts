import { type Fault, isRefused, type Ledger, mayBeRedriven, type Publish, type Queue, type Seen } from '../ledger.js';

/** Whatever is delivered was published, to a topic of that subscription, exactly so. */
export function invented({ queues }: Ledger): Fault[] {
  return [...queues.values()].flatMap(queue =>
    queue.seen.flatMap(seen => {
      const what = whatIsWrong(seen, queue);
      return what === null ? [] : [{ rule: 'invented', text: `${queue.sub}: ${seen.message.msg_id} ${what}` }];
    }),
  );
}

function whatIsWrong(seen: Seen, queue: Queue): string | null {
  const { publish, kills } = seen;
  if (publish === null) return 'was published by nobody';
  if (isRefused(publish)) return 'was refused';
  const { first, answers, sends } = publish;
  if (first.to && !first.to.includes(queue.sub)) return `was addressed to ${first.to}`;
  // A dead letter of it is on disk.
  if (first.isInRam && !queue.isRedriven && sends.every(send => send.kills < kills))
    return 'was in memory only, and has outlived its server';
  if (!first.to && !queue.subscribed.topics.includes(first.topic))
    return `is of ${first.topic}, which is not subscribed`;
  if (answers.some(answer => answer.at < queue.subscribed.askedAt)) return 'is older than the subscription';
  const altered = alterations(seen, publish, mayBeRedriven(queue, seen));
  return altered.length > 0 ? `is not what was published: ${altered.join(', ')}` : null;
}

function alterations({ message }: Seen, { first, answers }: Publish, isRedriven: boolean): string[] {
  const msgId = isRedriven ? message.msg_id : (first.msgId ?? answers[0]?.msgId ?? message.msg_id);
  const expected: [string, unknown, unknown][] = [
    ['msg_id', message.msg_id, msgId],
    ['data', JSON.stringify(message.data), first.data],
    ['topic_name', message.topic_name, first.topic],
    ['priority', message.priority, first.priority],
    ['expiration', message.expiration, first.expirationSec],
    ['size', message.size, Buffer.byteLength(first.data)],
    ['mime_type', message.mime_type, 'application/json'],
    [
      'expiration_time_iso',
      Date.parse(message.expiration_time_iso),
      Date.parse(message.recv_time_iso) + first.expirationSec * 1000,
    ],
  ];
  return expected.filter(([, is, should]) => is !== should).map(([name, is, should]) => `${name} ${is}, not ${should}`);
}
