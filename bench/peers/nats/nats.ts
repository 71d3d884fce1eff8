import type { Stage, Wire } from '../wire/wire.js';
import { JetStream } from './jetstream.js';
import { NatsPublisher } from './publisher.js';
import { NatsSubscriber } from './subscriber.js';

async function stageConsumers(api: JetStream, { topicName, namePrefix, subscriptions }: Stage): Promise<void> {
  await api.deleteStream(topicName);
  await api.createStream(topicName);
  for (let index = 0; index < subscriptions; index += 1) await api.createConsumer(topicName, `${namePrefix}${index}`);
}

/** NATS JetStream: a topic is a stream on disk, a durable subscription is a durable push consumer. */
export const nats: Wire = {
  openPublisher: (target, options) => NatsPublisher.open(target, options),
  openSubscriber: (target, options) => NatsSubscriber.open(target, options),
  stage: async ({ address }, stage) => {
    const api = await JetStream.open(address);
    await stageConsumers(api, stage).finally(() => api.close());
  },
  clear: async ({ address }, { topicName }) => {
    const api = await JetStream.open(address);
    await api.deleteStream(topicName).finally(() => api.close());
  },
};
