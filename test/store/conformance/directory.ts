import * as assert from 'uvu/assert';
import type { CreateEndpoint } from '../../../src/store/store.js';
import { StoreFailed } from '../../../src/store/store.js';
import { append, type Case, commit, eachPriority, rejection, sweep } from './bench.js';

function createEndpoint(overrides: Partial<CreateEndpoint> = {}): CreateEndpoint {
  const patterns = { publishPatterns: ['/x', '/y'], subscribePatterns: ['/a', '/b'] };
  return { kind: 'create_endpoint', username: 'ann', role: 'user', credential: 'hash', ...patterns, ...overrides };
}

export const directoryCases: Case[] = [
  {
    title: 'keeps topics with their options, in the order of their making',
    async run(bench) {
      const { store } = bench;
      assert.equal(await commit(store, { kind: 'create_topic', name: '/b', options: '{"a":1}' }), {
        id: 1,
        position: 0,
      });
      assert.equal(await commit(store, { kind: 'create_topic', name: '/a', options: '{}' }), { id: 2, position: 0 });
      await commit(store, { kind: 'update_topic', id: 2, options: '{"b":2}' });
      await bench.restart();
      assert.equal(bench.opened.topics, [
        { id: 1, name: '/b', options: '{"a":1}', keptFrom: null, isDeleted: false },
        { id: 2, name: '/a', options: '{"b":2}', keptFrom: null, isDeleted: false },
      ]);
    },
  },
  {
    title: 'keeps endpoints, with rights that begin after the position of their making',
    async run(bench) {
      await bench.store.commit([append({}, {}), createEndpoint()]);
      await bench.restart();
      assert.equal(bench.opened.endpoints, [
        {
          id: 1,
          username: 'ann',
          role: 'user',
          credential: 'hash',
          publishPatterns: ['/x', '/y'],
          rights: [
            { pattern: '/a', from: 2, to: null },
            { pattern: '/b', from: 2, to: null },
          ],
        },
      ]);
    },
  },
  {
    title: 'changes of an endpoint leave alone what they do not name',
    async run(bench) {
      await bench.store.commit([createEndpoint(), { kind: 'update_endpoint', id: 1, role: 'admin' }]);
      await bench.store.commit([{ kind: 'update_endpoint', id: 1, credential: 'other', publishPatterns: [] }]);
      await bench.restart();
      const { role, credential, publishPatterns, rights } = bench.opened.endpoints[0]!;
      assert.equal([role, credential, publishPatterns, rights.length], ['admin', 'other', [], 2]);
    },
  },
  {
    title: 'a right that is revoked ends at the position of the change, and one that is granted begins after it',
    async run(bench) {
      await bench.store.commit([
        createEndpoint(),
        append({}, {}),
        { kind: 'update_endpoint', id: 1, revoke: ['/a'], grant: ['/c', '/b'] },
        append({}),
        { kind: 'update_endpoint', id: 1, grant: ['/a'] },
      ]);
      await bench.restart();
      assert.equal(bench.opened.endpoints[0]!.rights, [
        { pattern: '/a', from: 0, to: 2 },
        { pattern: '/b', from: 0, to: null },
        { pattern: '/c', from: 2, to: null },
        { pattern: '/a', from: 3, to: null },
      ]);
    },
  },
  {
    title: 'a right that comes back before any message goes on as if nothing had been',
    async run(bench) {
      await bench.store.commit([
        createEndpoint({ subscribePatterns: ['/a', '/a'] }),
        append({}, {}),
        { kind: 'update_endpoint', id: 1, revoke: ['/a'] },
        { kind: 'update_endpoint', id: 1, grant: ['/a'] },
        { kind: 'update_endpoint', id: 1, revoke: ['/a'], grant: ['/a'] },
      ]);
      await bench.restart();
      assert.equal(bench.opened.endpoints[0]!.rights, [{ pattern: '/a', from: 0, to: null }]);
    },
  },
  {
    title: 'an ended right goes when no message lies in it any more',
    async run(bench) {
      await bench.store.commit([
        createEndpoint({ subscribePatterns: ['/a'] }),
        append({}, {}),
        { kind: 'update_endpoint', id: 1, revoke: ['/a'] },
        append({}),
        { kind: 'update_endpoint', id: 1, grant: ['/a'] },
      ]);
      await sweep(bench.store, { kind: 'sweep_settled', topicId: 1, upto: eachPriority(2), limit: 10 });
      await bench.store.commit([{ kind: 'update_endpoint', id: 1, role: 'user' }]);
      await bench.restart();
      assert.equal(bench.opened.endpoints[0]!.rights, [{ pattern: '/a', from: 3, to: null }]);
    },
  },
  {
    title: 'a change of what does not exist changes nothing',
    async run(bench) {
      await bench.store.commit([
        { kind: 'update_topic', id: 9, options: '{}' },
        { kind: 'update_endpoint', id: 9, role: 'admin', grant: ['/a'] },
        { kind: 'update_subscription', id: 9, lanes: 'x', open: ['/a'], overlayDelete: [1] },
        { kind: 'delete_subscription', id: 9 },
      ]);
      await bench.restart();
      assert.equal([bench.opened.topics, bench.opened.endpoints], [[], []]);
      assert.is(await bench.store.countInterest('/a'), 0);
    },
  },
  {
    title: 'a name that exists already is a fault of the broker: the store goes no further',
    async run({ store }) {
      await store.commit([createEndpoint()]);
      assert.instance(await rejection(store.commit([append({}), createEndpoint()])), StoreFailed);
      assert.instance(await rejection(store.commit([append({})])), StoreFailed);
    },
  },
];
