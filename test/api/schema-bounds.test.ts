import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LimitName, limits } from '../../src/protocol/limits.js';
import { priorityMax, priorityMin } from '../../src/protocol/message.js';
import { definitions, methods, resolved, type SchemaNode } from './schema-files.js';

const safe = Number.MAX_SAFE_INTEGER;

/** What each bound and each numeric default in `schemas/api/` is. Where a bound stands: the property, then the keyword. */
const meanings: Record<string, number | LimitName> = {
  'text.maxLength': 'attribute_bytes_max',
  'topic_name.maxLength': 'topic_name_bytes_max',
  'topic_or_pattern.maxLength': 'topic_name_bytes_max',
  'subscription_name.maxLength': 'subscription_name_bytes_max',
  'new_subscription_name.maxLength': 'subscription_name_bytes_max',
  'username.maxLength': 'username_bytes_max',
  'password.maxLength': 'password_bytes_max',
  'permission_patterns[].maxLength': limits.topic_name_bytes_max + 'pub='.length,
  'permission_patterns.maxItems': 'endpoint_patterns_max',
  'msg_id.maxLength': 'id_chars_max',
  'sub_key.maxLength': 'id_chars_max',
  'msg_id_list.maxItems': 'ack_ids_max',
  'sub_key_list.maxItems': 'attribute_sub_keys_max',
  'priority.minimum': priorityMin,
  'priority.maximum': priorityMax,
  'priority.default': 'priority_default',
  'expiration.minimum': 1,
  'expiration.maximum': 'expiration_sec_max',
  'expiration.default': 'expiration_sec_default',
  'delay.maximum': 'delay_sec_max',
  'time_iso.maxLength': 'attribute_bytes_max',
  'count.maximum': safe,
  'cursor.maxLength': 'attribute_bytes_max',
  'search.maxLength': 'attribute_bytes_max',
  'delivery_batch_size.minimum': 1,
  'delivery_batch_size.maximum': 'delivery_batch_messages_max',
  'delivery_batch_size.default': 'delivery_batch_messages',
  'max_in_flight.minimum': 1,
  'max_in_flight.maximum': 'in_flight_messages_max',
  'max_in_flight.default': 'in_flight_messages',
  'max_frame_bytes.minimum': 1,
  'max_frame_bytes.maximum': 'deliver_frame_bytes_max',
  'max_frame_bytes.default': 'deliver_frame_bytes',
  'delivery_max_retry.minimum': 1,
  'delivery_max_retry.maximum': safe,
  'delivery_max_retry.default': 'delivery_max_retry',
  'wait_sock_err.maximum': 'wait_err_sec_max',
  'wait_sock_err.maxItems': 'wait_err_schedule_max',
  'wait_sock_err[].maximum': 'wait_err_sec_max',
  'wait_sock_err.default': 'wait_sock_err_sec',
  'wait_non_sock_err.maximum': 'wait_err_sec_max',
  'wait_non_sock_err.maxItems': 'wait_err_schedule_max',
  'wait_non_sock_err[].maximum': 'wait_err_sec_max',
  'wait_non_sock_err.default': 'wait_non_sock_err_sec',
  'ack_wait.maximum': 'ack_wait_sec_max',
  'ack_wait.default': 'ack_wait_sec',
  'max_depth.minimum': 1,
  'max_depth.maximum': safe,
  'url.maxLength': 'route_url_bytes_max',
  'folder.maxLength': 'route_folder_bytes_max',
  'file_name.maxLength': 'route_file_name_bytes_max',
  'headers.maxProperties': 'route_headers_max',
  'secret.maxLength': 'attribute_bytes_max',
  'secret[].maxLength': 'attribute_bytes_max',
  'secret.maxItems': 'route_secrets_max',
  'timeout_sec.maximum': 'route_timeout_sec_max',
  'timeout_sec.default': 'route_timeout_sec',
  'max_requests.minimum': 1,
  'max_requests.maximum': 'route_requests_max',
  'max_requests.default': 1,
  'service_name.maxLength': 'subscription_name_bytes_max',
  'depth_check_freq.minimum': 1,
  'depth_check_freq.maximum': 'depth_check_freq_max',
  'depth_check_freq.default': 'depth_check_freq',
  'limit_retention.maximum': 'expiration_sec_max',
  'limit_message_expiry.minimum': 1,
  'limit_message_expiry.maximum': 'expiration_sec_max',
  'limit_sub_inactivity.minimum': 1,
  'limit_sub_inactivity.maximum': 'expiration_sec_max',
  'topic_name_list.maxItems': 'subscription_topics_max',
  'position_in_group.minimum': -safe,
  'position_in_group.maximum': safe,
  'version.maximum': safe,
  'pull.max_messages.minimum': 1,
  'pull.max_messages.maximum': 'pull_messages_max',
  'pull.max_messages.default': 'pull_messages',
  'wait.maximum': 'pull_wait_sec_max',
  'queue.browse.max_messages.minimum': 1,
  'topic.browse.max_messages.minimum': 1,
  'queue.browse.max_messages.maximum': 'browse_messages_max',
  'topic.browse.max_messages.maximum': 'browse_messages_max',
  'queue.browse.max_messages.default': 'browse_messages',
  'topic.browse.max_messages.default': 'browse_messages',
  'limit.minimum': 1,
  'limit.maximum': 'list_items_max',
  'limit.default': 'list_items',
  'dropped.count.minimum': 1,
};

const boundKeywords = ['maxLength', 'maxItems', 'maxProperties', 'minimum', 'maximum', 'default'] as const;

interface Bound {
  where: string;
  keyword: (typeof boundKeywords)[number];
  value: number;
}

/** The bounds written into a schema itself; those behind a `$ref` are found where they stand. Zero bounds nothing. */
function boundsOf(node: SchemaNode, where: string): Bound[] {
  const own = boundKeywords.flatMap(keyword => {
    const value = node[keyword];
    return typeof value === 'number' && value !== 0 ? [{ where, keyword, value }] : [];
  });
  return [...own, ...inside(node).flatMap(([child, path]) => boundsOf(child, path === null ? where : path(where)))];
}

type PathOf = ((where: string) => string) | null;

function inside(node: SchemaNode): [SchemaNode, PathOf][] {
  const properties = Object.entries(node.properties ?? {});
  return [
    ...properties.map(([name, child]): [SchemaNode, PathOf] => [child, where => `${where}.${name}`]),
    ...(node.items ? [[node.items, (where: string) => `${where}[]`] as [SchemaNode, PathOf]] : []),
    ...[...(node.anyOf ?? []), ...(node.allOf ?? [])].map((child): [SchemaNode, PathOf] => [child, null]),
  ];
}

/** The most exact name first, so that two parameters of one name may mean different things. */
function meaningOf({ where, keyword }: Bound, table: typeof meanings): number | undefined {
  const parts = where.split('.');
  for (let from = 0; from < parts.length; from++) {
    const meaning = table[`${parts.slice(from).join('.')}.${keyword}`];
    if (meaning !== undefined) return typeof meaning === 'number' ? meaning : limits[meaning];
  }
  return undefined;
}

function strays(bounds: Bound[], table: typeof meanings): string[] {
  return bounds
    .filter(bound => meaningOf(bound, table) !== bound.value)
    .map(({ where, keyword, value }) => `${where}.${keyword} is ${value}`);
}

/** Texts, lists and numbers that a client could make as large as it likes. */
function unboundedIn(given: SchemaNode, where: string): string[] {
  const node = resolved(given);
  const lacks =
    (node.type === 'string' && node.maxLength === undefined) ||
    (node.type === 'array' && node.maxItems === undefined) ||
    (['integer', 'number'].includes(node.type ?? '') &&
      (node.maximum === undefined || (node.minimum ?? node.exclusiveMinimum) === undefined));
  return [
    ...(lacks ? [where] : []),
    ...inside(node).flatMap(([child, path]) => unboundedIn(child, path ? path(where) : where)),
  ];
}

const allBounds = [
  ...Object.entries(definitions.$defs).flatMap(([name, node]) => boundsOf(node, name)),
  ...[...methods].flatMap(([name, { $defs }]) => Object.values($defs).flatMap(node => boundsOf(node, name))),
];

const test = suite('schemas: bounds');

test('every bound and every default is the one of limits.ts', () => {
  assert.ok(allBounds.length > 60);
  assert.equal(strays(allBounds, meanings), []);
});

test('a bound that differs from limits.ts, or has no meaning, is found', () => {
  const planted: SchemaNode = { properties: { priority: { maximum: 8 }, weight: { maximum: 3 } } };
  assert.equal(strays(boundsOf(planted, 'publish'), meanings), [
    'publish.priority.maximum is 8',
    'publish.weight.maximum is 3',
  ]);
});

test('the bytes of a text are bounded by the same number as its characters, where characters can be more than ASCII', () => {
  const texts = Object.values(definitions.$defs).flatMap(node => [node, node.items ?? {}]);
  for (const { maxLength, maxBytes } of texts) if (maxBytes !== undefined) assert.is(maxBytes, maxLength);
});

test('forms that are given in words name the same numbers', () => {
  const { wait_err_sec_max, wait_err_schedule_max, id_chars_max } = limits;
  const options = definitions.$defs.subscription_options!.properties!;
  const wait = `a number of seconds from 0 to ${wait_err_sec_max}, or a list of 1 to ${wait_err_schedule_max} such numbers`;
  assert.is(options.wait_sock_err!['x-form'], wait);
  assert.is(options.wait_non_sock_err!['x-form'], wait);
  assert.match(definitions.$defs.msg_id!['x-form']!, ` up to ${id_chars_max - 'zpsm'.length} `);
  assert.match(definitions.$defs.sub_key!['x-form']!, ` up to ${id_chars_max - 'zpsk'.length} `);
});

test('nothing that a client sends is without a bound', () => {
  const sent = [...methods].filter(([, schema]) => schema['x-direction'] === 'to_server');
  assert.equal(
    sent.flatMap(([name, { $defs }]) => unboundedIn($defs.params, name)),
    [],
  );
});

test('something without a bound is found', () => {
  const planted: SchemaNode = {
    properties: { a: { type: 'string' }, b: { type: 'array', items: { type: 'number', minimum: 0 } } },
  };
  assert.equal(unboundedIn(planted, 'x'), ['x.a', 'x.b', 'x.b[]']);
});

test('parameters are closed, results are open, and everything is described', () => {
  for (const [name, { $defs, description }] of methods) {
    assert.is($defs.params.additionalProperties, false, name);
    if ($defs.result) assert.is(resolved($defs.result).additionalProperties, undefined, name);
    assert.ok(description.endsWith('.'), name);
    for (const [param, node] of Object.entries($defs.params.properties ?? {})) {
      assert.ok(resolved(node).description?.endsWith('.'), `${name} ${param}`);
    }
  }
});

test.run();
