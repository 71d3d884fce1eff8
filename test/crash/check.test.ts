import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from './check.js';
import {
  acked,
  ackedByCall,
  answered,
  delivered,
  drained,
  killed,
  type Line,
  leaving,
  madeId,
  message,
  refused,
  sent,
  subscribed,
  witnessed,
  written,
} from './planted-history.js';

const good = suite('crash: the checker takes what may be');
const bad = suite('crash: the checker finds what may not be');

function passes(title: string, ...lines: Line[]): void {
  good(title, () => assert.equal(check(written(lines)), []));
}

function fails(title: string, rule: string, ...lines: Line[]): void {
  bad(title, () => assert.equal([...new Set(check(written(lines)).map(fault => fault.rule))], [rule]));
}

const stored = [sent(1), answered(1), sent(2), answered(2), sent(3), answered(3)];
const three = [message(1), message(2), message(3)];
const again = { delivery_count: 2 };
const ram = { isInRam: true };

passes('everything is delivered once', subscribed, ...stored, delivered(three), acked([1, 2, 3]), drained);
passes(
  'a publish without an answer may appear',
  subscribed,
  sent(1),
  killed,
  delivered([message(1)], 4),
  acked([1], 4),
);
passes('or not', subscribed, sent(1), killed, drained);
passes(
  'a settlement in doubt comes again with a higher count',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), acked([1]), killed],
  ...[delivered([message(1, again)], 4), acked([1], 4), drained],
);
passes(
  'the response of a socket that was given up may have been lost with it',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), leaving, acked([1])],
  ...[witnessed(), delivered([message(1, again)], 3), acked([1], 3), drained],
);
passes(
  'two sockets may be read in either order',
  ...[subscribed, sent(1), answered(1), delivered([message(1, again)], 3), delivered([message(1)]), acked([1], 3)],
);
passes(
  'what expired before the queue was empty need not come',
  subscribed,
  sent(1, { expirationSec: 1 }),
  answered(1),
  {
    ...drained,
    at: Date.UTC(2030, 0, 2),
  },
);
passes('what was sent before the subscription need not come', sent(1), subscribed, answered(1), drained);
passes('what is refused does not come', subscribed, sent(1), refused(1));
passes(
  'a batch is sorted by priority first',
  ...[subscribed, sent(1), answered(1), sent(2, { priority: 9 }), answered(2)],
  ...[delivered([message(2, { priority: 9 }), message(1)]), acked([1, 2]), drained],
);
const own = { msgId: 'zpsmown' };
passes(
  'an own id that had no answer is a duplicate at the second time',
  ...[subscribed, sent(1, own), killed, sent(1, own), answered(1, own.msgId, true)],
  ...[delivered([message(1, { msg_id: own.msgId })], 4), acked([own.msgId], 4), drained],
);

passes(
  'what was answered comes, although it was sent again and refused then',
  ...[subscribed, sent(1, own), answered(1, own.msgId), sent(1, own), refused(1)],
  ...[delivered([message(1, { msg_id: own.msgId })]), acked([own.msgId]), drained],
);

const hold = { sub: 's', msgId: madeId(1) };
passes(
  'what is held comes after its release, behind what is younger',
  ...[subscribed, ...stored, { kind: 'holding', ...hold } as const, { kind: 'held', ...hold } as const],
  ...[delivered([message(2), message(3)]), acked([2, 3]), killed, { kind: 'releasing', ...hold } as const],
  ...[delivered([message(1)], 4), acked([1], 4), drained],
);
passes('what was in memory only may be gone with its server', subscribed, sent(1, ram), answered(1), killed, drained);
passes('what is addressed to another does not come', subscribed, sent(1, { to: ['t'] }), answered(1), drained);
passes(
  'a dead letter that is put back has another id',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), { kind: 'redriving', sub: 's' } as const],
  ...[delivered([message(1, { msg_id: madeId(9) })]), acked([9]), drained],
);
passes(
  'what was on its way when the topic was switched on again may enter',
  ...[
    { kind: 'switched_off', topic: '/t' } as const,
    sent(1),
    { kind: 'switching', topic: '/t' } as const,
    answered(1),
  ],
);

fails(
  'delivered while it is held, after a crash',
  'held',
  ...[subscribed, sent(1), answered(1), { kind: 'holding', ...hold } as const, { kind: 'held', ...hold } as const],
  ...[killed, delivered([message(1)], 4), acked([1], 4), drained],
);
fails(
  'held, and found ready after a crash',
  'held',
  ...[subscribed, { kind: 'holding', ...hold } as const, { kind: 'held', ...hold } as const, killed],
  { kind: 'looked', ...hold, state: 'ready' },
);
fails(
  'what was in memory only outlives its server',
  'invented',
  ...[subscribed, sent(1, ram), answered(1), killed, delivered([message(1)], 4), acked([1], 4), drained],
);
fails(
  'delivered to one whom it was not addressed to',
  'invented',
  ...[subscribed, sent(1, { to: ['t'] }), answered(1), delivered([message(1)]), acked([1]), drained],
);
fails('addressed and lost', 'lost', subscribed, sent(1, { to: ['s'], topic: '/v' }), answered(1), drained);
fails(
  'settled, and put back as a dead letter all the same',
  'settled',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), acked([1]), witnessed()],
  ...[{ kind: 'redriving', sub: 's' } as const, delivered([message(1, { msg_id: madeId(9) })]), acked([9]), drained],
);
fails(
  'a topic takes a message although it is off',
  'switched_off',
  ...[{ kind: 'switched_off', topic: '/t' } as const, killed, sent(1), answered(1)],
);
fails('answered and lost', 'lost', subscribed, ...stored, delivered(three.slice(0, 2)), acked([1, 2]), drained);
fails(
  'lost in the middle, where a cursor passed it',
  'lost',
  ...[
    subscribed,
    ...stored,
    delivered([message(1)]),
    acked([1]),
    killed,
    delivered([message(3)], 4),
    acked([3], 4),
    drained,
  ],
);
fails(
  'settled by a socket that was not the owner any more',
  'lost',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), acked([1], 2, true), drained],
);
fails(
  'acknowledged to a server that was dead, and never delivered again',
  'lost',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), killed, acked([1]), drained],
);
fails(
  'dropped although it was due later',
  'lost',
  ...[subscribed, sent(1, { expirationSec: 1, delaySec: 3_600, msgId: 'zpsm1' }), answered(1, 'zpsm1'), drained],
);
fails(
  'sent before it was due',
  'early',
  ...[subscribed, sent(1, { delaySec: 1, msgId: madeId(1) }), answered(1), delivered([message(1)]), acked([1])],
);
fails('dropped before its time', 'lost', subscribed, sent(1, { expirationSec: 60 }), answered(1), drained);
fails(
  'delivered after a crash as if for the first time',
  'counts',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), killed, delivered([message(1)], 4), acked([1], 4)],
  drained,
);
fails(
  'a position used twice',
  'ids',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), acked([1]), killed, sent(2), answered(2, madeId(1))],
);
fails('a position that goes back', 'ids', sent(1), answered(1, madeId(9)), killed, sent(2), answered(2, madeId(2)));
fails(
  'an own id stored twice',
  'ids',
  ...[sent(1, own), killed, sent(1, own), answered(1, own.msgId), sent(1, own), answered(1, own.msgId)],
);
fails('a duplicate of nothing', 'ids', sent(1, own), answered(1, own.msgId, true));
fails(
  'settled for sure before the kill, and delivered again',
  'settled',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), acked([1]), witnessed(), killed],
  delivered([message(1, again)], 4),
);
fails(
  'acked by call, and delivered again',
  'settled',
  ...[subscribed, sent(1), answered(1), delivered([message(1)]), ...ackedByCall(1)],
  ...[killed, delivered([message(1, again)], 4)],
);
fails(
  'a batch against the log',
  'order',
  subscribed,
  ...stored,
  delivered(three.toReversed()),
  acked([1, 2, 3]),
  drained,
);
fails(
  'batches against the log',
  'order',
  ...[subscribed, ...stored, delivered(three.slice(1)), delivered(three.slice(0, 1)), acked([1, 2, 3]), drained],
);
fails(
  'a low priority before a high one',
  'order',
  ...[subscribed, sent(1), answered(1), sent(2, { priority: 9 }), answered(2)],
  ...[delivered([message(1), message(2, { priority: 9 })]), acked([1, 2]), drained],
);
const named = (n: number) => message(n, { msg_id: `zpsmown${n}` });
const withNames = [1, 2].flatMap(n => [sent(n, { msgId: `zpsmown${n}`, socket: n }), answered(n, `zpsmown${n}`)]);
fails(
  'own ids against what was answered before',
  'order',
  subscribed,
  ...withNames,
  delivered([named(2), named(1)]),
  acked(['zpsmown1', 'zpsmown2']),
);
fails(
  'publishes of one socket against its order',
  'order',
  ...[subscribed, sent(1, { msgId: 'zpsmown1' }), sent(2, { msgId: 'zpsmown2' }), delivered([named(2), named(1)])],
);
fails('invented', 'invented', subscribed, delivered([message(1)]));
fails(
  'of a topic that is not subscribed',
  'invented',
  subscribed,
  sent(1, { topic: '/other' }),
  delivered([message(1)]),
);
fails('refused, and delivered all the same', 'invented', subscribed, sent(1), refused(1), delivered([message(1)]));
for (const change of [
  { data: { n: 1, x: 0 } },
  { priority: 6 },
  { topic_name: '/u' },
  { size: 8 },
  { mime_type: 'x/y' },
]) {
  fails(
    `altered: ${JSON.stringify(change)}`,
    'invented',
    ...[subscribed, sent(1), answered(1), delivered([message(1, change)]), acked([1]), drained],
  );
}
fails(
  'expired, and delivered all the same',
  'expired',
  ...[subscribed, sent(1, { expirationSec: 1 }), answered(1)],
  ...[{ ...delivered([message(1, { expiration: 1 })]), at: Date.UTC(2030, 0, 1, 12, 0, 2) }, acked([1]), drained],
);

good.run();
bad.run();
