import { HoldfastError } from '../../protocol/errors.js';
import { isServiceName, serviceTopic, topicName } from '../../protocol/names.js';
import { listed } from '../listed.js';

interface Publisher {
  readonly username: string;
  readonly patterns: readonly string[];
}

/**
 * `asked`: the name as it was given. What may be a service's name gets the same answer whether or not there is one:
 * which services run here is not for everyone.
 */
export function mayNotPublish({ username, patterns }: Publisher, asked: string): HoldfastError {
  const topic = topicName(asked);
  const mayBeService = !asked.includes('/') && isServiceName(asked);
  const grant = mayBeService ? `pub=${topic}, or pub=${serviceTopic(asked)} if it is a service` : `pub=${topic}`;
  return new HoldfastError(
    'forbidden',
    `Endpoint "${username}" may not publish to ${mayBeService ? asked : topic} (its patterns: ${listed(patterns)}). Grant it: endpoint.update with ${grant}.`,
  );
}

export function mayNotSubscribe(username: string, patterns: readonly string[], topic: string): HoldfastError {
  return new HoldfastError(
    'forbidden',
    `Endpoint "${username}" may not subscribe to ${topic} (its patterns: ${listed(patterns)}). Grant it: endpoint.update with sub=${topic}.`,
  );
}
