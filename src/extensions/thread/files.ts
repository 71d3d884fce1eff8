import { pathToFileURL } from 'node:url';
import { type HooksDefinition, hooksMark } from '../../hooks.js';
import { type ServiceDefinition, type SingleServiceDefinition, serviceMark } from '../../services.js';
import type { FoundFile, Loaded } from '../thread-messages.js';
import { readHooks, readService } from './definitions.js';

export type AnyService = ServiceDefinition | SingleServiceDefinition;

/** What the files define: what the main thread is told of it, and what runs. Hooks are found by their place. */
export interface Definitions {
  loaded: Loaded;
  services: Map<string, AnyService>;
  hooks: HooksDefinition[];
}

/**
 * Loads the files one after the other, in their order. `loading` is told of each before. Rejects with what is wrong with
 * the one that it was told of last.
 */
export async function loadFiles(files: readonly FoundFile[], loading: (file: string) => void): Promise<Definitions> {
  const definitions: Definitions = { loaded: { services: [], hooks: [] }, services: new Map(), hooks: [] };
  for (const { kind, path } of files) {
    loading(path);
    // In the order of the names of the exports: that is how a module lists them.
    const exported = Object.values((await import(pathToFileURL(path).href)) as object);
    const before = definitions.services.size + definitions.hooks.length;
    for (const value of exported) add(definitions, kind, value, path);
    if (definitions.services.size + definitions.hooks.length === before) throw new Error(nothingIn(kind));
  }
  return definitions;
}

function add({ loaded, services, hooks }: Definitions, kind: FoundFile['kind'], value: unknown, file: string): void {
  const mark = kind === 'services' ? serviceMark : hooksMark;
  if (typeof value !== 'object' || value === null || !(mark in value)) return;
  const given = (value as { [mark]: unknown })[mark];
  if (kind === 'hooks') {
    loaded.hooks.push(readHooks(given, file));
    hooks.push(given as HooksDefinition);
    return;
  }
  const service = readService(given, file);
  const other = loaded.services.find(({ name }) => name === service.name);
  // A module may export one definition under two names.
  if (other && services.get(service.name) === given) return;
  if (other) throw new Error(`there is a service ${service.name} already, in ${other.file}. Give one another name`);
  loaded.services.push(service);
  services.set(service.name, given as AnyService);
}

function nothingIn(kind: FoundFile['kind']): string {
  const define = kind === 'services' ? 'defineService' : 'defineHooks';
  return `it defines no ${kind}. Export what ${define} of holdfast/${kind} answers, or leave the file out with a pattern like "!${kind}/shared/**"`;
}
