import { closeCodes, errorKinds } from '../../src/protocol/errors.js';
import { limits } from '../../src/protocol/limits.js';
import { definitions, type MethodSchema, methods, type SchemaNode } from '../api/schema-files.js';
import { exampleFaults } from './examples.js';
import { anchorOf, jsonBlocks, section, sections } from './sections.js';
import { memberRows, parameterRows, tableAfter } from './tables.js';

const options = definitions.$defs.subscription_options!;
const directions = { to_server: 'Methods of the server', to_client: 'Methods of the client' } as const;

/** Methods without a section, in the wrong one, and sections without a method. */
export function methodFaults(markdown: string): string[] {
  return Object.entries(directions).flatMap(([direction, title]) => {
    const described = methodSections(markdown, title).map(([name]) => name);
    const expected = [...methods].filter(([, one]) => one['x-direction'] === direction).map(([name]) => name);
    return [
      ...expected.filter(name => !described.includes(name)).map(name => `${name} has no section under "${title}"`),
      ...described.filter(name => !expected.includes(name)).map(name => `${name} does not belong under "${title}"`),
    ];
  });
}

/** Tables of parameters and results that differ from the schemas, and methods without an example. */
export function tableFaults(markdown: string): string[] {
  const described = Object.values(directions).flatMap(title => methodSections(markdown, title));
  return described.flatMap(([name, text]) => {
    const schema = methods.get(name);
    if (schema === undefined) return [];
    return [
      ...parameterFaults(name, schema, text),
      ...resultFaults(name, schema, text),
      ...exampleLack(name, text),
      ...errorNameFaults(name, text),
    ];
  });
}

function methodSections(markdown: string, title: string): [name: string, text: string][] {
  return sections(section(markdown, title), 3).map(one => [one.title.replaceAll('`', ''), one.text]);
}

function parameterFaults(name: string, { $defs }: MethodSchema, text: string): string[] {
  const takesOptions = Object.keys(options.properties!)[0]! in $defs.params.properties!;
  const rows = parameterRows(takesOptions ? withoutOptions($defs.params) : $defs.params);
  if (rows.length === 0)
    return text.includes('It takes no parameters.') ? [] : [`${name} does not say that it takes nothing`];
  if (takesOptions && !text.includes('](#subscription-options)')) return [`${name} does not tell of its options`];
  return differences(`${name} parameters`, rows, tableAfter(text, 'parameter'));
}

/** The options of a subscription have a table of their own. */
function withoutOptions(params: SchemaNode): SchemaNode {
  const properties = Object.entries(params.properties ?? {}).filter(([option]) => !(option in options.properties!));
  return { ...params, properties: Object.fromEntries(properties) };
}

function resultFaults(name: string, { $defs: { result } }: MethodSchema, text: string): string[] {
  if (result === undefined || name === 'deliver') return [];
  const shared = result.$ref?.split('/').at(-1);
  if (shared === 'empty')
    return text.includes('Result: `{}`.') ? [] : [`${name} does not say that its result is empty`];
  if (shared) return text.includes(`](#${shared.replace('_', '-')})`) ? [] : [`${name} does not point to ${shared}`];
  return differences(`${name} result`, memberRows(result), tableAfter(text, 'result'));
}

function exampleLack(name: string, text: string): string[] {
  return jsonBlocks(text).some(block => block.includes(`"method": "${name}"`)) ? [] : [`${name} has no example`];
}

function errorNameFaults(name: string, text: string): string[] {
  const line = /^Errors: ([\s\S]*?)\n\n/m.exec(text)?.[1] ?? '';
  const named = line.replaceAll(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g);
  return [...named]
    .filter(([, error]) => !Object.hasOwn(errorKinds, error!))
    .map(([, error]) => `${name}: there is no error ${error}`);
}

/** Tables of objects and of the subscription options that differ from `definitions.json`. */
export function objectFaults(markdown: string): string[] {
  const objects = section(markdown, 'Objects');
  const expected: [string, SchemaNode][] = [
    ...['message', 'dead_letter', 'topic', 'endpoint', 'route'].map((name): [string, SchemaNode] => [
      name,
      definitions.$defs[name]!,
    ]),
    ...['queue_message', 'delayed_message', 'subscription'].map((name): [string, SchemaNode] => [
      name,
      definitions.$defs[name]!.allOf!.at(-1)!,
    ]),
  ];
  return [
    ...expected.flatMap(([name, node]) => {
      const title = (name[0]!.toUpperCase() + name.slice(1)).replace('_', ' ');
      return differences(name, memberRows(node), tableAfter(section(objects, title, 3), 'member'));
    }),
    ...differences('options', parameterRows(options), tableAfter(section(markdown, 'Subscription options'), 'option')),
  ];
}

/** Examples that are no JSON, fit no schema, or tell of a message that cannot be. */
export function allExampleFaults(markdown: string): string[] {
  const inner = sections(markdown, 3);
  const innerText = new Set(inner.flatMap(one => jsonBlocks(one.text)));
  const outer = sections(markdown, 2).filter(one => jsonBlocks(one.text).some(block => !innerText.has(block)));
  return [...outer, ...inner].flatMap(exampleFaults);
}

/** Limits that a client comes across, and must find here. */
const limitsToTell = [
  'frame_bytes_max',
  'batch_requests_max',
  'json_depth_max',
  'deliver_frame_bytes',
  'endpoint_connections_max',
  'endpoint_subscriptions_max',
];

export function limitFaults(markdown: string): string[] {
  const rows = tableAfter(section(markdown, 'Limits'), 'limit');
  const named = rows.map(([name]) => name!.replaceAll('`', ''));
  return [
    ...limitsToTell.filter(name => !named.includes(name)).map(name => `${name} is missing`),
    ...rows.flatMap(([, value], index) => {
      const actual = (limits as Record<string, number>)[named[index]!];
      return Number(value) === actual ? [] : [`${named[index]} is ${actual} and not ${value}`];
    }),
  ];
}

export function closeCodeFaults(markdown: string): string[] {
  const expected = Object.entries(closeCodes).map(([name, { code, meaning }]) => [`${code}`, `\`${name}\``, meaning]);
  return differences('close codes', expected, tableAfter(section(markdown, 'Close codes'), 'code'), 3);
}

export function errorFaults(markdown: string): string[] {
  const expected = Object.entries(errorKinds).map(([name, { code, httpStatus, outcome, retryable, meaning }]) => [
    `${code}`,
    `\`${name}\``,
    `${httpStatus}`,
    outcome,
    retryable ? 'yes' : 'no',
    meaning,
  ]);
  return differences('errors', expected, tableAfter(section(markdown, 'Errors'), 'code'), 6);
}

/** Links within the page that lead nowhere. */
export function linkFaults(markdown: string): string[] {
  const anchors = new Set([...markdown.matchAll(/^#+ (.*)$/gm)].map(match => anchorOf(match[1]!)));
  const links = [...markdown.matchAll(/\]\(#([^)]*)\)/g)].map(match => match[1]!);
  return links.filter(link => !anchors.has(link)).map(link => `#${link} leads nowhere`);
}

function differences(what: string, expected: string[][], actual: string[][], columns = 3): string[] {
  const lines = (rows: string[][]) => rows.map(row => row.slice(0, columns).join(' | '));
  const [wanted, given] = [lines(expected), lines(actual)];
  const faults = [
    ...wanted.filter(line => !given.includes(line)).map(line => `${what}: lacks ${line}`),
    ...given.filter(line => !wanted.includes(line)).map(line => `${what}: has ${line}`),
  ];
  return faults.length === 0 && wanted.join('\n') !== given.join('\n') ? [`${what}: not in this order`] : faults;
}
