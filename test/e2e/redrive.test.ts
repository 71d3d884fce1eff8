import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { refused, Stage } from './stage.js';

const test = suite('e2e: dead letters that are put back');

let stage: Stage;
test.before(async () => {
  stage = await Stage.set();
});
test.after(() => stage.strike());

const dead = '/holdfast/dead-letter';

test('what was given up is put back, one or all, and comes as it was, also after a restart (1)', async () => {
  const credentials = await stage.endpoint(['pub=/**', 'sub=/**', `sub=${dead}`]);
  const user = await stage.connect(credentials);
  const sub_key = await user.subscribe('/redrive', { name: 'worker', delivery_max_retry: 1, delivery_batch_size: 1 });
  const letters = await stage.connect(credentials);
  await letters.subscribe(dead, { name: 'letters' });
  const sent: string[] = [];
  for (const data of ['a', 'b', 'c']) sent.push(await user.publish('/redrive', data, { correl_id: data }));
  for (const delivery of await user.hold(3)) user.fail(delivery, 'not today');
  const given = await letters.take(3);
  assert.equal(
    given.map(({ correl_id, dead_letter }) => [correl_id, dead_letter!.last_error, dead_letter!.topic_name]),
    ['a', 'b', 'c'].map(data => [data, 'not today', '/redrive']),
  );
  const one = await user.call('queue.redrive', { sub_key, msg_id: given[1]!.msg_id });
  assert.equal(one, { redriven: 1, skipped: 0 });
  const [second] = await user.take(1);
  assert.equal(
    [second!.data, second!.topic_name, second!.dead_letter, second!.delivery_count],
    ['b', '/redrive', undefined, 1],
  );
  await refused(user.call('queue.redrive', { sub_key, msg_id: given[1]!.msg_id }), 'not_found');
  await stage.restart();
  assert.equal(await stage.admin.call('queue.redrive', { sub_key }), { redriven: 2, skipped: 0 });
  const back = await stage.connect(credentials);
  await back.subscribe('/redrive', { name: 'worker' });
  assert.equal(
    (await back.take(2)).map(({ data }) => data),
    ['a', 'c'],
  );
  assert.equal(await back.call('queue.redrive', { sub_key }), { redriven: 0, skipped: 0 });
});

test('neither strangers nor monitors put anything back', async () => {
  const user = await stage.user();
  const sub_key = await user.subscribe('/redrive/whose', { delivery_method: 'pull' });
  const monitor = await stage.connect(await stage.endpoint([], { role: 'monitor' }));
  for (const caller of [await stage.user(), monitor]) {
    await refused(caller.call('queue.redrive', { sub_key }), 'forbidden');
  }
  await refused(user.call('queue.redrive', { sub_key: 'zpsknone' }), 'not_found');
});

test.run();
