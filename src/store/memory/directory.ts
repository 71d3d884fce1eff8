import type {
  Changed,
  CreateEndpoint,
  CreateTopic,
  DeleteTopic,
  EndpointRow,
  Position,
  UpdateEndpoint,
  UpdateTopic,
} from '../store.js';
import { closeStretch, liveStretches, openStretch } from '../stretch.js';
import type { MemoryDisk } from './disk.js';

export function createTopic(disk: MemoryDisk, position: Position, { name, options, keeps }: CreateTopic): Changed {
  const id = disk.add('topic', name);
  disk.topics.set(id, { id, name, options, keptFrom: keeps ? position : null, isDeleted: false });
  return { id, position };
}

export function updateTopic(disk: MemoryDisk, position: Position, { id, options, keeps }: UpdateTopic): Changed {
  const topic = disk.topics.get(id);
  if (topic !== undefined) {
    topic.options = options;
    if (keeps !== undefined) topic.keptFrom = keeps ? (topic.keptFrom ?? position) : null;
  }
  return { id, position };
}

/** No name of a topic is without a `/`. */
export function deleteTopic(disk: MemoryDisk, position: Position, { id }: DeleteTopic): Changed {
  const topic = disk.topics.get(id);
  if (topic !== undefined && !topic.isDeleted) {
    disk.disclaim('topic', topic.name);
    disk.topics.set(id, { id, name: `deleted ${id}`, options: '{}', keptFrom: null, isDeleted: true });
  }
  return { id, position };
}

export function createEndpoint(disk: MemoryDisk, position: Position, operation: CreateEndpoint): Changed {
  const { username, role, credential } = operation;
  const id = disk.add('endpoint', username);
  const publishPatterns = [...operation.publishPatterns];
  const endpoint: EndpointRow = { id, username, role, credential, publishPatterns, rights: [] };
  for (const pattern of operation.subscribePatterns) openStretch(endpoint.rights, pattern, position);
  disk.endpoints.set(id, endpoint);
  return { id, position };
}

export function updateEndpoint(disk: MemoryDisk, position: Position, operation: UpdateEndpoint): Changed {
  const endpoint = disk.endpoints.get(operation.id);
  if (endpoint !== undefined) {
    endpoint.role = operation.role ?? endpoint.role;
    endpoint.credential = operation.credential ?? endpoint.credential;
    endpoint.publishPatterns = [...(operation.publishPatterns ?? endpoint.publishPatterns)];
    for (const pattern of operation.revoke ?? []) closeStretch(endpoint.rights, pattern, position);
    for (const pattern of operation.grant ?? []) openStretch(endpoint.rights, pattern, position);
    endpoint.rights = liveStretches(endpoint.rights, Math.min(disk.log.oldest, operation.oldest ?? Infinity), false);
  }
  return { id: operation.id, position };
}
