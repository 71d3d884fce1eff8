import { type Fault, isRefused, type Ledger, type Publish, type Queue, type Seen } from '../ledger.js';

/** Whatever is delivered was published, to a topic of that subscription, exactly so. */
export function invented({ queues }: Ledger): Fault[] {
  return [...queues.values()].flatMap(queue =>
    queue.seen.flatMap(seen => {
      const what = whatIsWrong(seen, queue);
      return what === null ? [] : [{ rule: 'invented', text: `${queue.sub}: ${seen.message.msg_id} ${what}` }];
    }),
  );
}

function whatIsWrong({ message, publish }: Seen, queue: Queue): string | null {
  if (publish === null) return 'was published by nobody';
  if (isRefused(publish)) return 'was refused';
  const { first, answers } = publish;
  if (!queue.subscribed.topics.includes(first.topic)) return `is of ${first.topic}, which is not subscribed`;
  if (answers.some(answer => answer.at < queue.subscribed.askedAt)) return 'is older than the subscription';
  const altered = alterations(message, publish);
  return altered.length > 0 ? `is not what was published: ${altered.join(', ')}` : null;
}

function alterations(message: Seen['message'], { first, answers }: Publish): string[] {
  const msgId = first.msgId ?? answers[0]?.msgId ?? message.msg_id;
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
