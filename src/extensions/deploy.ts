import type { Dispatcher } from '../api/dispatcher.js';
import type { Broker } from '../broker/broker.js';
import type { Limits } from '../protocol/limits.js';
import { DeployedServices } from './deployed-services.js';
import type { ExtensionLog, Extensions } from './extensions.js';
import type { HooksOfFiles } from './hooks-of-files.js';
import { Replies } from './replies.js';
import type { ServiceCounters } from './service.js';
import { ServiceCalls } from './service-calls.js';
import { ensureServiceEndpoint } from './service-endpoint.js';

export interface DeployParts {
  broker: Broker;
  dispatcher: Dispatcher;
  extensions: Extensions;
  hooksOfFiles: HooksOfFiles;
  counters: ServiceCounters;
  limits: Limits;
  log: ExtensionLog;
}

/** Joins what is loaded to the broker: from here on services get messages, and may call. */
export async function deploy({ hooksOfFiles, ...parts }: DeployParts): Promise<void> {
  const { broker, extensions } = parts;
  const endpoint = await ensureServiceEndpoint(broker);
  const replies = new Replies(broker, endpoint, messages => extensions.tell({ kind: 'replies', messages }));
  const services = new DeployedServices({ ...parts, endpoint, replies });
  const calls = new ServiceCalls({ ...parts, endpoint, replies });
  extensions.on = {
    changed: async () => {
      hooksOfFiles.refresh();
      await services.deploy();
    },
    called: (service, call, answer) => calls.make(service, call, answer),
  };
  broker.topicAdmin.services = services;
  broker.standing.offer('service', services);
  await services.deploy();
}
