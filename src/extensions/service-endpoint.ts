import type { Broker } from '../broker/broker.js';
import type { Endpoint } from '../broker/endpoints/endpoint.js';
import { serviceTopicPrefix } from '../protocol/names.js';

/** The endpoint that all services publish and subscribe as. Nobody signs in with its name. */
export const serviceEndpointName = 'holdfast.services';

/** Matches no password and no key. */
const noCredential = 'none';
/** Services are the operator's own code. System topics are reached only by patterns that spell their prefix. */
const everything = ['/**', '/holdfast/**', `${serviceTopicPrefix}/**`];
const ownTopics = `sub=${serviceTopicPrefix}/**`;

/** Makes the endpoint, or sees to it that services may receive from their own topics, whatever else was taken away. */
export async function ensureServiceEndpoint({ endpoints, endpointAdmin }: Broker): Promise<Endpoint> {
  const endpoint = endpoints.find(serviceEndpointName);
  if (!endpoint) {
    const patterns = everything.flatMap(pattern => [`pub=${pattern}`, `sub=${pattern}`]);
    return endpointAdmin.create(serviceEndpointName, 'user', noCredential, patterns);
  }
  if (!endpoint.patterns.includes(ownTopics)) {
    await endpointAdmin.update(endpoint, { patterns: [...endpoint.patterns, ownTopics] });
  }
  return endpoint;
}
