import { plainTopic } from '../wire/wire.js';

export function mqttTopic(topicName: string): string {
  return `holdfast-bench/${plainTopic(topicName)}`;
}

/** The client id of a session. Short, because a broker need not take more than 23 characters. */
export function sessionId(topicName: string, name: string): string {
  return `hf-${plainTopic(topicName)}-${name}`;
}
