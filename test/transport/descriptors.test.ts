import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { descriptorsMax, fitConnections, softLimitOf } from '../../src/transport/descriptors.js';

const test = suite('transport: descriptors');
const wanted = {
  connections_max: 50_000,
  http_connections_max: 1_000,
  webhook_requests_max: 256,
  webhook_idle_sockets_max: 256,
};

test('what is configured stays as it is where there are descriptors enough', () => {
  assert.is(fitConnections(wanted, 65_536), wanted);
  assert.is(fitConnections(wanted, Number.POSITIVE_INFINITY), wanted);
});

test('with 20,000 descriptors there is room for 18,990 sockets, and some for HTTP in and out', () => {
  const fitting = fitConnections(wanted, 20_000);
  assert.equal(fitting, { ...wanted, connections_max: 18_990, http_connections_max: 398 });
});

test('with few descriptors there is room for everything, a little', () => {
  assert.equal(fitConnections(wanted, 250), {
    connections_max: 134,
    http_connections_max: 10,
    webhook_requests_max: 3,
    webhook_idle_sockets_max: 3,
  });
});

test('connections never outnumber the descriptors, nor what is configured (6)', () => {
  const count = fc.nat(100_000);
  void fc.assert(
    fc.property(
      count,
      count,
      fc.integer({ min: 1, max: 1_000 }),
      count,
      fc.integer({ min: 104, max: 200_000 }),
      (...of) => {
        const [connections_max, http_connections_max, webhook_requests_max, webhook_idle_sockets_max, most] = of;
        const given = { connections_max, http_connections_max, webhook_requests_max, webhook_idle_sockets_max };
        const fitting = fitConnections(given, most);
        const names = Object.keys(given) as (keyof typeof given)[];
        assert.ok(names.reduce((sum, name) => sum + fitting[name], 0) <= most - 100);
        for (const name of names) assert.ok(fitting[name] <= given[name], name);
        assert.ok(fitting.connections_max >= Math.min(connections_max, 1));
        assert.ok(fitting.webhook_requests_max >= 1);
      },
    ),
  );
});

test('the limit is read as the system tells it', () => {
  const line = (soft: string) =>
    `Limit      Soft Limit  Hard Limit  Units\nMax open files            ${soft}    524288  files\n`;
  assert.is(softLimitOf(line('1024')), 1_024);
  assert.is(softLimitOf(line('unlimited')), Number.POSITIVE_INFINITY);
  assert.is(softLimitOf(''), Number.POSITIVE_INFINITY);
  if (process.platform === 'linux') assert.is(descriptorsMax(), softLimitOf(readFileSync('/proc/self/limits', 'utf8')));
});

test.run();
