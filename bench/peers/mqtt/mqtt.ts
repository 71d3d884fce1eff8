import type { PeerAddress } from '../address.js';
import type { Wire } from '../wire/wire.js';
import { MqttConnection } from './connection.js';
import { mqttTopic, sessionId } from './names.js';
import { MqttPublisher } from './publisher.js';
import { MqttSubscriber } from './subscriber.js';

/** Sessions that are made or removed side by side. */
const handshakes = 20;

const quiet = { failed: () => undefined };

/** A clean session under the id of a kept one removes it with all that waits in it. */
async function forget(address: PeerAddress, clientId: string): Promise<void> {
  const connection = await MqttConnection.open(address, quiet);
  await connection.connect(clientId, true);
  await connection.close();
}

async function leave(address: PeerAddress, clientId: string, topicName: string): Promise<void> {
  const connection = await MqttConnection.open(address, quiet);
  await connection.connect(clientId, false);
  await connection.subscribe(mqttTopic(topicName));
  await connection.close();
}

/** Runs `work` for every number below `count`, some at a time. */
async function forEach(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: handshakes }, worker));
}

/** MQTT 3.1.1 with QoS 1: a durable subscription is a session that is not clean. */
export const mqtt: Wire = {
  openPublisher: (target, options) => MqttPublisher.open(target, options),
  openSubscriber: (target, options) => MqttSubscriber.open(target, options),
  stage: ({ address }, { topicName, namePrefix, subscriptions }) =>
    forEach(subscriptions, async index => {
      const clientId = sessionId(topicName, `${namePrefix}${index}`);
      await forget(address, clientId);
      await leave(address, clientId, topicName);
    }),
  clear: ({ address }, { topicName, namePrefix, subscriptions }) =>
    forEach(subscriptions, index => forget(address, sessionId(topicName, `${namePrefix}${index}`))),
};
