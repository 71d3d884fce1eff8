import type { Dispatcher } from '../api/dispatcher.js';
import type { Broker } from '../broker/broker.js';
import type { HookParts } from '../broker/hooks/hook-calls.js';
import type { Limits } from '../protocol/limits.js';
import { DeployedServices } from './deployed-services.js';
import type { ExtensionLog, Extensions } from './extensions.js';
import { HooksOfFiles } from './hooks-of-files.js';
import { Replies } from './replies.js';
import type { ServiceCounters } from './service.js';
import { ServiceCalls } from './service-calls.js';
import { ensureServiceEndpoint } from './service-endpoint.js';

export interface DeployParts {
  broker: Broker;
  dispatcher: Dispatcher;
  extensions: Extensions;
  /** Holds what a hook changes to what a publish is held to. */
  check: HookParts['check'];
  counters: ServiceCounters;
  limits: Limits;
  log: ExtensionLog;
}

interface Deployed {
  services: DeployedServices;
  calls: ServiceCalls;
}

/**
 * Joins what is loaded to the broker, now and after each reload: from here on hooks are asked, and services get messages
 * and may call. The broker does not look for hooks before the first ones are there, nor has it an endpoint for services.
 */
export async function deploy(parts: DeployParts): Promise<void> {
  const { broker, extensions } = parts;
  let hooks: HooksOfFiles | null = null;
  let deployed: Deployed | null = null;
  const changed = async () => {
    hooks?.refresh();
    if (!hooks && extensions.loaded.hooks.length > 0) {
      hooks = new HooksOfFiles(extensions);
      broker.useHooks({ ...parts, hooks });
    }
    if (extensions.loaded.services.length > 0) deployed ??= await deployServices(parts);
    await deployed?.services.deploy();
  };
  extensions.on = {
    changed,
    called: (service, call, answer) => deployed!.calls.make(service, call, answer),
  };
  await changed();
}

async function deployServices(parts: DeployParts): Promise<Deployed> {
  const { broker, extensions } = parts;
  const endpoint = await ensureServiceEndpoint(broker);
  const replies = new Replies(broker, endpoint, messages => extensions.tell({ kind: 'replies', messages }));
  const services = new DeployedServices({ ...parts, endpoint, replies });
  broker.topicAdmin.services = services;
  broker.standing.offer('service', services);
  return { services, calls: new ServiceCalls({ ...parts, endpoint, replies }) };
}
