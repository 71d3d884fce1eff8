import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { limits } from '../../../src/protocol/limits.js';
import { Stage } from '../../sim/stage.js';

const sweeper = suite('sweeper');

/** Lets the sweeper go over everything, and answers the bytes that are left. */
async function sweep({ world }: Stage): Promise<number> {
  await world.clock.advance(2 * limits.sweep_interval_ms + 100);
  return (await world.size()).bytes;
}

sweeper('(1): keeps what someone needs, and removes it when the last one has settled it', async () => {
  const stage = await Stage.open();
  const first = await stage.subscribe(['/t']);
  const second = await stage.subscribe(['/*']);
  await stage.publish([1, 2, 3]);
  await stage.drain(await stage.attach(first));
  assert.ok((await sweep(stage)) > 0);
  assert.equal(await stage.drain(await stage.attach(second)), [1, 2, 3]);
  assert.is(await sweep(stage), 0);
});

sweeper('removes what nobody is subscribed to', async () => {
  const stage = await Stage.open();
  await stage.publish([1]);
  assert.is(await sweep(stage), 0);
});

sweeper('(1): keeps what has left the line, whatever the cursor says', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t'], { wait_non_sock_err: 30 });
  const sink = await stage.attach(subKey);
  await stage.publish([1, 2]);
  const { attempt, messages } = sink.deliveries[0]!;
  attempt.ackedExcept([{ msgId: messages[0]!.msg_id }]);
  assert.ok((await sweep(stage)) > 0);
  await stage.world.clock.advance(30_000);
  assert.equal(sink.data, [[1, 2], [1]]);
});

sweeper('(1): keeps what is in flight', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  const sink = await stage.attach(subKey);
  await stage.publish([1, 2]);
  await sweep(stage);
  await stage.world.crash();
  assert.is(await stage.world.depth(subKey), 2);
  assert.equal(sink.data, [[1, 2]]);
});

sweeper('(1): keeps a mailbox until it is settled', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe(['/t']);
  await stage.publish([1], { topicName: '/mail', deliverToSk: [subKey] });
  assert.ok((await sweep(stage)) > 0);
  assert.equal(await stage.drain(await stage.attach(subKey)), [1]);
  assert.is(await sweep(stage), 0);
});

sweeper('(4): removes what has expired, and nothing before', async () => {
  const stage = await Stage.open({ limits: { expiry_step_ms: 1_000 } });
  const subKey = await stage.subscribe();
  await stage.publish([1], { expiration: 5 });
  await stage.publish([2], { expiration: 20 });
  await stage.world.clock.advance(4_500);
  assert.is(await stage.world.depth(subKey), 2);
  await stage.world.clock.advance(1_000);
  assert.is(await stage.world.depth(subKey), 1, 'exact, whenever it is swept');
  await stage.world.clock.advance(30_000);
  assert.is(await sweep(stage), 0);
});

sweeper('removes what a deleted subscription left', async () => {
  const stage = await Stage.open();
  const subKey = await stage.subscribe();
  await stage.publish([1, 2]);
  await stage.world.run(stage.world.broker.subscriber.delete(stage.receiver, subKey, null));
  await stage.publish([3]);
  assert.is(await sweep(stage), 0);
});

sweeper.run();
