import { readFileSync } from 'node:fs';
import { variables } from '../../src/config/sources.js';
import { packageRoot } from '../../src/package-root.js';

/** The parts of `schemas/config.json` that its page tells. */
export interface ConfigNode {
  description: string;
  type?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  default?: unknown;
  'x-form'?: string;
  items?: ConfigNode;
  $ref?: string;
  properties?: Record<string, ConfigNode>;
}

type ConfigObject = 'topic' | 'endpoint' | 'subscription' | 'file_drop';

export interface ConfigSchema {
  properties: Record<string, ConfigNode>;
  $defs: Record<ConfigObject, { required: string[]; properties: Record<string, ConfigNode> }>;
}

export function readConfigSchema(): ConfigSchema {
  return JSON.parse(readFileSync(new URL('schemas/config.json', packageRoot()), 'utf8')) as ConfigSchema;
}

/** The rows that the page must have for the top level: member, variable, flag, type, default, meaning. */
export function memberRows({ properties }: ConfigSchema): string[][] {
  return Object.entries(properties)
    .filter(([name]) => name !== '$schema')
    .map(([name, node]) => [
      code(name),
      variableOf(name),
      flagOf(name),
      typeOf(node),
      code(JSON.stringify(node.default)),
      node.description,
    ]);
}

/** For the limits: member, default, what it may be, unit, meaning. */
export function limitRows({ properties }: ConfigSchema): string[][] {
  return Object.entries(properties.limits!.properties!).map(([name, node]) => [
    code(name),
    grouped(node.default as number),
    `${grouped(node.minimum!)} to ${grouped(node.maximum!)}`,
    unitOf(name),
    node.description,
  ]);
}

/** For the members of a topic or an endpoint: member, type, default, meaning. */
export function objectRows({ $defs }: ConfigSchema, object: ConfigObject): string[][] {
  const { required, properties } = $defs[object];
  return Object.entries(properties).map(([name, node]) => [
    code(name),
    typeOf(node),
    required.includes(name) ? 'required' : node.default === undefined ? '–' : code(JSON.stringify(node.default)),
    node.description,
  ]);
}

function variableOf(member: string): string {
  const found = Object.entries(variables).find(([, sets]) => sets === member);
  return found ? code(found[0]) : '–';
}

function flagOf(member: string): string {
  return ['host', 'port', 'store', 'log_level'].includes(member) ? code(`--${member.replace('_', '-')}`) : '–';
}

function typeOf(node: ConfigNode): string {
  if (node.$ref) return node.$ref.split('/').at(-1)!;
  if (node.enum) return node.enum.map(code).join(' or ');
  if (node.type === 'array') return `list of ${typeOf(node.items!)}`;
  if (node.type === 'number' && !node['x-form']) return `number up to ${node.maximum}`;
  if (node.type === 'integer') return `integer from ${node.minimum} to ${node.maximum}`;
  return node['x-form'] ?? node.type!;
}

function unitOf(name: string): string {
  if (/_bytes(_|$)/.test(name)) return 'bytes';
  if (/_ms(_|$)/.test(name)) return 'ms';
  return 'count';
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function code(text: string): string {
  return `\`${text}\``;
}
