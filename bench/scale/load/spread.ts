import { Finish } from '../../load/finish.js';
import { textFrame } from '../../load/frame.js';
import type { PreparedLoad } from '../../load/job.js';
import { firstId, Publisher } from '../../load/publisher.js';
import { sampleData } from '../../load/request.js';
import type { Target } from '../../load/socket.js';
import { Subscriber } from '../../load/subscriber.js';
import { numbered } from '../names.js';
import { priorityOf } from '../priority.js';
import type { SpreadJob } from './job.js';

/** The server counts what waits topic by topic, which takes it a second for each 10,000 of them. */
const countedTopicsMax = 1_000;

/** With a live subscriber, the publisher is paced by what that has got, so that it is not left behind and drained later. */
export async function prepareSpread(target: Target, job: SpreadJob): Promise<PreparedLoad> {
  const finish = new Finish();
  const failed = (error: Error) => finish.fail(error);
  const proceed = () => {
    const received = subscriber?.received ?? job.messages;
    publisher.fill(Math.min(job.messages, received + job.window));
    if (received === job.messages && publisher.answeredCount === job.messages) finish.done();
  };
  const publisher: Publisher = await Publisher.open(target, {
    topicName: job.topicPrefix,
    dataBytes: job.dataBytes,
    window: job.window,
    frames: framesOf(job),
    answered: proceed,
    failed,
  });
  const subscriber = job.listenTo === null ? null : await listen(target, job, job.listenTo, proceed, failed);
  return {
    run: () => {
      proceed();
      return finish.promise;
    },
    check: async () => {
      if (job.topics <= countedTopicsMax) await subscriber?.empty();
    },
    close: async () => {
      await Promise.all([publisher.close(), subscriber?.close()]);
    },
  };
}

async function listen(
  target: Target,
  { messages, dataBytes }: SpreadJob,
  topicName: string,
  progressed: () => void,
  failed: (error: Error) => void,
): Promise<Subscriber> {
  const options = { topicName, name: 'listener', dataBytes, expected: messages, progressed, failed };
  const subscriber = await Subscriber.open(target, options);
  const waiting = await subscriber.subscribe();
  if (waiting > 0) throw new Error(`${waiting} messages wait before the first publish`);
  return subscriber;
}

/** Every topic with every priority comes at least once, and no two frames under way share an id. */
function framesOf(job: SpreadJob): Buffer[] {
  const count = Math.max(job.topics * job.priorities, job.window * 2);
  return Array.from({ length: count }, (_, index) => textFrame(publishText(job, index)));
}

function publishText({ topicPrefix, firstTopic, topics, priorities, dataBytes }: SpreadJob, index: number): string {
  const topicName = numbered(topicPrefix, firstTopic + (index % topics));
  const id = firstId + index;
  return (
    `{"jsonrpc":"2.0","id":${id},"method":"publish","params":{"topic_name":"${topicName}",` +
    `"priority":${priorityOf(index, priorities)},"data":${sampleData(id, dataBytes)}}}`
  );
}
