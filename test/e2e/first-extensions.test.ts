import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperatorFiles } from '../extensions/files.js';
import { dataOf, refused, Stage } from './stage.js';

const test = suite('e2e: the first services and hooks, and the last ones');

const files = {
  'service.js': `
    import { defineService } from 'holdfast/services';
    export const tells = defineService({
      name: 'tells',
      handle: ([{ data }], context) => context.publish('/told', data),
    });`,
  'hook.js': `
    import { defineHooks } from 'holdfast/hooks';
    export const marks = defineHooks({
      topics: ['/told'],
      before_publish: ({ data }) => ({ change: { data: [data, 'in'] } }),
      before_delivery: ({ data }) => ({ change: { data: [data, 'out'] } }),
    });`,
};
const all = { services: ['service.js'], hooks: ['hook.js'] };
const none = { services: [], hooks: [] };

let folder: OperatorFiles;
let stage: Stage;

test.before.each(async () => {
  folder = new OperatorFiles(files);
  stage = await Stage.set({ folder: folder.folder });
});
test.after.each(async () => {
  await stage.strike();
  folder.remove();
});

async function reload(changes: { services: string[]; hooks: string[] }): Promise<void> {
  stage.configure(changes);
  await stage.admin.call('config.reload', {});
}

async function told(): Promise<unknown> {
  return dataOf(await stage.admin.take(1))[0];
}

const endpoint = { username: 'holdfast.services', role: 'user' } as const;

test('a reload brings the first ones, lets the last ones go, and brings them back', async () => {
  await stage.admin.subscribe('/told');
  await stage.admin.publish('/told', 1);
  assert.equal(await told(), 1);

  await reload(all);
  await stage.admin.publish('tells', 2);
  assert.equal(await told(), [[2, 'in'], 'out']);

  await reload(none);
  await stage.admin.publish('/told', 3);
  assert.equal(await told(), 3);
  await stage.admin.publish('/zato/s/to/tells', 4);

  await reload({ ...all, hooks: [] });
  assert.equal(await told(), 4, 'what came meanwhile has waited');
});

test('hooks alone need no endpoint for services, and the first service brings it', async () => {
  await reload({ ...all, services: [] });
  await stage.admin.subscribe('/told');
  await stage.admin.publish('/told', 1);
  assert.equal(await told(), [[1, 'in'], 'out']);
  await refused(stage.admin.call('endpoint.update', endpoint), 'not_found');
  await reload(all);
  await stage.admin.call('endpoint.update', endpoint);
});

test.run();
