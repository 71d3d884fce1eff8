import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Stage } from '../../sim/stage.js';

const test = suite('leaving topics');

test('a pattern that is left stays left, however a change of active_status overlaps with it', async () => {
  for (let steps = 0; steps < 8; steps += 1) {
    const stage = await Stage.open();
    const { world, receiver } = stage;
    const subKey = await stage.subscribe(['/t', '/u'], { active_status: 'disabled' });
    const sink = await stage.attach(subKey);
    const { subscriber, subscriptions } = world.broker;
    const leaving = subscriber.unsubscribe(receiver, subKey, '/t');
    for (let step = 0; step < steps; step += 1) await world.clock.step();
    const changing = subscriptions.use({ subKey }, one =>
      subscriber.update(one, { active_status: 'pub-sub' }, null, false),
    );
    await world.run(Promise.all([leaving, changing]));
    const patterns = await world.use(subKey, async one => one.interests.patterns);
    assert.equal(patterns, ['/u'], `after ${steps} steps`);
    await stage.publish(['left'], { topicName: '/t' });
    await stage.publish(['kept'], { topicName: '/u' });
    assert.equal(await stage.drain(sink), ['kept'], `after ${steps} steps`);
  }
});

test.run();
