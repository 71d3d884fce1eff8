import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { World } from '../../sim/world.js';

const test = suite('endpoint admin');

test('of two administrators that are demoted at the same time one stays', async () => {
  const world = await World.open();
  const { endpointAdmin } = world.broker;
  const make = (name: string) => world.run(endpointAdmin.create(name, 'admin', 'none', []));
  const both = [await make('one'), await make('two')];
  const demoting = both.map(endpoint => endpointAdmin.update(endpoint, { role: 'monitor' }));
  const outcomes = await world.run(Promise.allSettled(demoting));
  assert.equal(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  assert.equal(
    both.map(({ role }) => role),
    ['monitor', 'admin'],
  );
  await world.run(endpointAdmin.update(both[0]!, { role: 'admin' }));
  await world.run(endpointAdmin.update(both[1]!, { role: 'user' }));
});

test.run();
