import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readDoc } from '../api/schema-files.js';
import * as faults from './protocol-faults.js';

const protocol = readDoc('PROTOCOL.md');
const errors = readDoc('ERRORS.md');

type Check = (markdown: string) => string[];

/** A check of a page, with changes to the page that it must find: what is replaced, by what, and the fault. */
type Planted = [from: string | RegExp, to: string, fault: string];

function checked(title: string, page: string, check: Check, planted: Planted[]): void {
  const test = suite(title);
  test('holds', () => assert.equal(check(page), []));
  for (const [from, to, fault] of planted) {
    test(`finds: ${fault}`, () => {
      const changed = page.replace(from, to);
      assert.is.not(changed, page, 'the fault was not planted');
      assert.ok(check(changed).includes(fault), check(changed).join('\n') || 'no fault was found');
    });
  }
  test.run();
}

checked('PROTOCOL.md: every method has its section, and every section its method', protocol, faults.methodFaults, [
  ['### `pull`', '### `fetch`', 'pull has no section under "Methods of the server"'],
  ['### `pull`', '### `fetch`', 'fetch does not belong under "Methods of the server"'],
  [
    '## Methods of the client\n',
    '## Methods of the client\n### `ping`\n',
    'ping does not belong under "Methods of the client"',
  ],
]);

checked('PROTOCOL.md: parameters and results are those of the schemas', protocol, faults.tableFaults, [
  [
    '| `priority` | integer from 1 to 9 | `5` |',
    '| `priority` | integer from 1 to 9 | `4` |',
    'publish parameters: lacks `priority` | integer from 1 to 9 | `5`',
  ],
  ['| `data` | any JSON | required |', '| `data` | any JSON | – |', 'publish parameters: has `data` | any JSON | –'],
  [/\| `is_new` .*\n/, '', 'subscribe result: lacks `is_new` | boolean | always'],
  ['[queue message](#queue-message).', 'queue message.', 'queue.get does not point to queue_message'],
  ['It takes no parameters.', '', 'whoami does not say that it takes nothing'],
  ['[subscription options](#subscription-options).', 'options', 'subscribe does not tell of its options'],
  ['"method": "nack"', '"method": "ack"', 'nack has no example'],
  [/Errors: `forbidden`(?=.*\(the subscription gets)/, 'Errors: `forbiden`', 'unsubscribe: there is no error forbiden'],
]);

checked('PROTOCOL.md: objects and options are those of the schemas', protocol, faults.objectFaults, [
  [/\| `correl_id` \| text \| optional .*\n/, '', 'message: lacks `correl_id` | text | optional'],
  [
    '| `attempts` | integer from 0 | always |',
    '| `tries` | integer from 0 | always |',
    'dead_letter: has `tries` | integer from 0 | always',
  ],
  [
    '| `ack_wait` | number above 0 up to 86400 | `60` |',
    '| `ack_wait` | number above 0 up to 86400 | `30` |',
    'options: has `ack_wait` | number above 0 up to 86400 | `30`',
  ],
]);

checked('PROTOCOL.md: the examples are valid frames', protocol, faults.allExampleFaults, [
  ['"id": 1, "method": "subscribe",', '"id": 1 "method": "subscribe",', 'A first exchange, example 1: is not JSON'],
  [
    '"name": "display"',
    '"nam": "display"',
    'A first exchange, example 1: it must NOT have additional properties {"additionalProperty":"nam"}',
  ],
  [
    '"queue_depth": 0, "is_new": true',
    '"queue_depth": 0',
    'A first exchange, example 2: it must have required property \'is_new\' {"missingProperty":"is_new"}',
  ],
  [
    '"queue_depth": 0, "is_new": true',
    '"queue_depth": 0, "is_new": true, "x": 1',
    'A first exchange, example 2: it must NOT have unevaluated properties {"unevaluatedProperty":"x"}',
  ],
  ['"id": 101, "result"', '"id": 103, "result"', 'A first exchange, example 5: no request has the id 103'],
  ['"size": 10', '"size": 11', 'A first exchange, example 9: size is 10 and not 11'],
  [
    '18:06:49.000121Z',
    '18:06:50.000121Z',
    'A first exchange, example 9: expiration_time_iso is not recv_time_iso + expiration',
  ],
  ['49.000120Z', '49.000121Z', 'A first exchange, example 9: recv_time_iso is not later than pub_time_iso'],
  ['"code": -32602', '"code": -32601', 'Frames, example 2: invalid_params is not described like this'],
  [
    '"delay": 60}]}}',
    '"wait": 60}]}}',
    '`deliver`, example 2: /nack/0 must NOT have unevaluated properties {"unevaluatedProperty":"wait"}',
  ],
]);

checked('PROTOCOL.md: limits are those of limits.ts', protocol, faults.limitFaults, [
  ['| `json_depth_max` | 64 |', '| `json_depth_max` | 65 |', 'json_depth_max is 64 and not 65'],
  [/\| `batch_requests_max` .*\n/, '', 'batch_requests_max is missing'],
]);

checked('ERRORS.md: the examples are valid frames', errors, faults.allExampleFaults, [
  ['"priority": 99', '"priority": 9', 'How an error looks, example 1: the request is not refused'],
  [
    '"path": "priority"',
    '"path": "data"',
    'How an error looks, example 1: the answer is: publish: priority must be an integer from 1 to 9',
  ],
]);

for (const [name, page] of Object.entries({ 'PROTOCOL.md': protocol, 'ERRORS.md': errors })) {
  checked(`${name}: close codes are those of errors.ts`, page, faults.closeCodeFaults, [
    [/\| 4408 .*\n/, '', 'close codes: lacks 4408 | `pong_timeout` | No pong came in time.'],
  ]);

  checked(`${name}: links within the page lead somewhere`, `${page}\n[Close codes](#close-codes)`, faults.linkFaults, [
    ['(#close-codes)', '(#closing-codes)', '#closing-codes leads nowhere'],
  ]);
}

checked('ERRORS.md: errors are those of errors.ts', errors, faults.errorFaults, [
  [
    '| -32009 |',
    '| -32008 |',
    'errors: has -32008 | `conflict` | 409 | definite | no | The state of the object does not allow this: see `reason`.',
  ],
  [
    '| 500 | unknown | yes |',
    '| 500 | definite | yes |',
    'errors: lacks -32015 | `storage_failed` | 500 | unknown | yes | The disk failed while writing; the message may or may not be stored. The broker stops.',
  ],
]);
