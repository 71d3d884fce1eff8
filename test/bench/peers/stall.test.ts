import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { unlessStalled } from '../../../bench/peers/load/stall.js';

const stall = suite('bench peers: stall');

const never = new Promise<void>(() => undefined);

stall('ends a load that brings nothing any more, telling how far it came', async () => {
  const failure = await unlessStalled(() => 7, never, 1).catch((error: Error) => error.message);
  assert.match(failure ?? '', /Nothing came for 0.001 s, after 7 messages/);
});

stall('waits for one that goes on, however slowly', async () => {
  let count = 0;
  let finish: () => void = () => undefined;
  const load = new Promise<void>(resolve => {
    finish = resolve;
  });
  const growing = () => {
    count += 1;
    if (count === 20) finish();
    return count;
  };
  await unlessStalled(growing, load, 1);
  assert.is(count, 20);
});

stall('hands on the failure of the load', async () => {
  const failure = await unlessStalled(() => 0, Promise.reject(new Error('refused')), 60_000).catch(error => error);
  assert.is((failure as Error).message, 'refused');
});

stall.run();
