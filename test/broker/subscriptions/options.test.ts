import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  decodeOptions,
  encodeOptions,
  isDelivering,
  isQueueing,
  type SubscriptionOptions,
  subscriptionDefaults,
  waitMs,
} from '../../../src/broker/subscriptions/options.js';

const options = suite('options');

options('only what differs from the defaults is stored', () => {
  assert.is(encodeOptions({ ...subscriptionDefaults, max_depth: 3 }), '{"max_depth":3}');
  assert.is(encodeOptions({ max_depth: undefined }), '{}');
});

options('come back as they were', () => {
  const changed = { max_in_flight: 7, wait_non_sock_err: [1, 2], delivery_method: 'pull' as const };
  assert.equal(decodeOptions(encodeOptions(changed)), { ...subscriptionDefaults, ...changed });
});

options('(6): those that are the same are one object', () => {
  assert.is(decodeOptions('{"max_depth":4}'), decodeOptions('{"max_depth":4}'));
  for (let most = 0; most < 2_000; most += 1) decodeOptions(`{"max_depth":${most}}`);
  assert.is(decodeOptions('{}'), subscriptionDefaults, 'the defaults are never let go');
});

options('a schedule of waits goes attempt by attempt, and stays at its last', () => {
  assert.equal(
    [1, 2, 3, 4].map(attempt => waitMs([3, 10, 60], attempt, 0.5)),
    [3_000, 10_000, 60_000, 60_000],
  );
  assert.is(waitMs(2, 9, 0.5), 2_000);
});

options('the waits of a schedule are spread by a tenth either way, and a number is exact', () => {
  assert.equal(
    [0, 0.5, 1].map(random => Math.round(waitMs([10], 1, random))),
    [9_000, 10_000, 11_000],
  );
  assert.equal(
    [0, 1].map(random => waitMs(10, 1, random)),
    [10_000, 10_000],
  );
});

options('active_status says what is queued and what is delivered', () => {
  const of = (active_status: SubscriptionOptions['active_status']) => {
    const all = { ...subscriptionDefaults, active_status };
    return [isQueueing(all), isDelivering(all)];
  };
  assert.equal(of('pub-sub'), [true, true]);
  assert.equal(of('pub-only'), [true, false]);
  assert.equal(of('sub-only'), [false, true]);
  assert.equal(of('disabled'), [false, false]);
});

options.run();
