import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { descriptorsMax, fitConnections, softLimitOf } from '../../src/transport/descriptors.js';

const test = suite('transport: descriptors');

test('what is configured stays as it is where there are descriptors enough', () => {
  const wanted = { connections_max: 50_000, http_connections_max: 1_000 };
  assert.is(fitConnections(wanted, 65_536), wanted);
  assert.is(fitConnections(wanted, Number.POSITIVE_INFINITY), wanted);
});

test('with 20,000 descriptors there is room for 19,502 sockets, and some for HTTP', () => {
  const fitting = fitConnections({ connections_max: 50_000, http_connections_max: 1_000 }, 20_000);
  assert.equal(fitting, { connections_max: 19_502, http_connections_max: 398 });
});

test('connections never outnumber the descriptors, nor what is configured (6)', () => {
  void fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), fc.integer({ min: 102, max: 200_000 }), (sockets, http, most) => {
      const fitting = fitConnections({ connections_max: sockets, http_connections_max: http }, most);
      assert.ok(fitting.connections_max + fitting.http_connections_max <= most - 100);
      assert.ok(fitting.connections_max <= sockets && fitting.http_connections_max <= http);
      assert.ok(fitting.connections_max >= Math.min(sockets, 1));
    }),
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
