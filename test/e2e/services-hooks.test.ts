import { once } from 'node:events';
import { watch } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { dataOf, Stage } from './stage.js';

const test = suite('e2e: services whose messages pass hooks');

const teller = `
  import { defineService } from 'holdfast/services';
  export const teller = defineService({
    name: 'teller',
    async handle(messages, context) {
      for (const { data } of messages) await context.publish('/told', data);
    },
  });`;

/** Tells that it is asked, and answers when the file \`go\` is there. */
const slow = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { setTimeout as wait } from 'node:timers/promises';
  import { defineHooks } from 'holdfast/hooks';
  export const slow = defineHooks({
    topics: ['/zato/s/to/teller'],
    async before_delivery() {
      writeFileSync(new URL('../asked', import.meta.url), '');
      while (!existsSync(new URL('../go', import.meta.url))) await wait(2);
    },
  });`;

test('a service that goes while a hook is asked for it keeps its messages until it is back', async () => {
  const files = new OperatorFiles({ 'services/teller.js': teller, 'hooks/slow.js': slow });
  const stage = await Stage.set({ folder: files.folder, services: ['services/*.js'], hooks: ['hooks/*.js'] });
  const watcher = watch(files.folder);
  await stage.admin.subscribe('/told');
  const isAsked = once(watcher, 'change');
  await stage.admin.publish('teller', 1);
  await isAsked;
  watcher.close();
  files.remove('services/teller.js');
  files.write('services/other.js', teller.replaceAll('teller', 'other'));
  await stage.admin.call('config.reload', {});
  files.write('go', '');
  const { items } = await stage.admin.call('subscription.list', { search: 'teller' });
  const { sub_key } = items[0]!;
  const state = async () => (await stage.admin.call('queue.browse', { sub_key })).messages[0]!.state;
  while ((await state()) === 'in_flight');
  files.write('services/teller.js', teller);
  await stage.admin.call('config.reload', {});
  assert.equal(dataOf(await stage.admin.take(1)), [1]);
  await stage.strike();
  files.remove();
});

test.run();
