import type { Broker } from '../broker/broker.js';
import type { Endpoint } from '../broker/endpoints/endpoint.js';
import { HoldfastError } from '../protocol/errors.js';
import type { Limits } from '../protocol/limits.js';
import { isPattern } from '../protocol/names.js';
import { ExtensionFault } from './extension-fault.js';
import { serviceEndpointName } from './service-endpoint.js';
import type { Loaded, LoadedService } from './thread-messages.js';

/**
 * Whether services can have the topics that their files name, before anything is changed for them. Rejects with
 * `ExtensionFault`.
 */
export async function checkTopics({ services }: Loaded, broker: Broker, limits: Limits): Promise<void> {
  const endpoint = broker.endpoints.find(serviceEndpointName);
  const missing = new Set<string>();
  for (const service of services) {
    for (const topic of service.topics) if (!isPattern(topic) && !broker.topics.find(topic)) missing.add(topic);
    try {
      const count = await countTopics(service, broker, endpoint);
      if (count > limits.subscription_topics_max) throw tooMany(limits);
      broker.topicAdmin.checkRoom(missing.size);
    } catch (error) {
      throw new ExtensionFault(`${service.file}: service ${service.name}: ${(error as Error).message}`);
    }
  }
}

/** With those that its subscription has already. */
async function countTopics({ name, topics }: LoadedService, broker: Broker, endpoint?: Endpoint): Promise<number> {
  const key = endpoint && { endpointId: endpoint.id, name };
  const known = key && (await broker.subscriptions.useIfThere(key, async ({ interests }) => interests.patterns));
  return new Set([...(known ?? []), ...topics]).size;
}

function tooMany({ subscription_topics_max: most }: Limits): HoldfastError {
  return new HoldfastError('overloaded', `A subscription may have ${most} topics (subscription_topics_max).`);
}
