import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../tidy/source.js';
import { featureFaults } from './features.js';

const test = suite('FEATURES.md');
const features = readFileSync(join(packageRoot, 'docs/FEATURES.md'), 'utf8');
const exists = (path: string) => existsSync(join(packageRoot, path));
/** As the messages that people know from the system that Holdfast follows have them. */
const attributes = [
  ...['data', 'topic_name', 'msg_id', 'correl_id', 'in_reply_to', 'priority', 'mime_type', 'ext_client_id'],
  ...['pub_time_iso', 'ext_pub_time_iso', 'recv_time_iso', 'expiration', 'expiration_time_iso', 'size'],
  ...['delivery_count', 'sub_key'],
];
const faultsOf = (markdown: string) => featureFaults(markdown, exists, attributes);

test('each behaviour says where it lives, and names tests or examples that are run', () => {
  assert.equal(faultsOf(features), []);
});

const planted: [what: string, markdown: string, fault: string][] = [
  [
    'a file that is gone',
    features.replaceAll('src/broker/publish/publisher.ts', 'src/broker/gone.ts'),
    'does not exist',
  ],
  ['a behaviour without a test', `${features}\n| it flies | \`src/server.ts\` | |\n`, 'it flies: nothing shows it'],
  ['a behaviour without a place', `${features}\n| it flies | – | \`test/log.test.ts\` |\n`, 'does not say where'],
  ['a test that is never run', `${features}\n| it flies | \`src/server.ts\` | \`test/run.ts\` |\n`, 'is not run'],
  ['an attribute that is left out', features.replace(/^\| `size`.*$/m, ''), 'the attribute size has no row'],
];

for (const [what, markdown, fault] of planted) {
  test(`finds ${what}`, () => assert.match(faultsOf(markdown).join('\n'), fault));
}

test.run();
