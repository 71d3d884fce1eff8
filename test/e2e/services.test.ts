import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { dataOf, Stage } from './stage.js';

const test = suite('services, end to end');
const files = new OperatorFiles({
  'services/echo.js': `
    import { defineService } from 'holdfast/services';
    export const echo = defineService({
      name: 'my.api.echo',
      async handle(messages, context) {
        for (const message of messages) {
          await context.publish('/echoed', { data: message.data, topic: message.topic_name, service: context.service });
        }
      },
    });`,
  'services/typed.ts': `
    import { defineService, type Message } from 'holdfast/services';
    interface Order { id: number }
    export const orders = defineService({
      name: 'orders',
      topics: ['/order/*'],
      async handle(messages: Message[], context): Promise<undefined> {
        for (const message of messages) await context.publish('/handled', (message.data as Order).id);
      },
    });`,
});
let stage: Stage;

test.before(async () => {
  stage = await Stage.set({ folder: files.folder, services: ['services/*.{js,ts}'] });
});
test.after(async () => {
  await stage.strike();
  files.remove();
});

test('a service gets what is published to its name, on a topic that is made then', async () => {
  const { items: before } = await stage.admin.call('topic.list', { search: 'my_api_echo' });
  assert.equal(before, []);
  const user = await stage.user('pub=/zato/s/to/**', 'sub=/echoed');
  await user.subscribe('/echoed');
  await user.publish('my.api.echo', { n: 1 });
  assert.equal(dataOf(await user.take(1)), [
    { data: { n: 1 }, topic: '/zato/s/to/my_api_echo', service: 'my.api.echo' },
  ]);
});

test('a service in TypeScript gets messages of the topics that it names', async () => {
  const user = await stage.user();
  await user.subscribe('/handled');
  for (const id of [1, 2, 3]) await user.publish('/order/new', { id });
  assert.equal(dataOf(await user.take(3)), [1, 2, 3]);
});

test.run();
