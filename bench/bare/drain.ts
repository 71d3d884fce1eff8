// Drain with nothing around it: pages of a table go out while fewer than the window are unacknowledged.
import { sampleData } from '../load/request.js';
import { encodeFrames, subKey, withKey } from './batch-frames.js';
import { type BareConnection, listen } from './listen.js';
import { commonMembers, messageId, resultText } from './message.js';
import { MessageTable } from './message-table.js';

const pageMessages = 500;
const inFlightMax = 1_000;
/** How long an acknowledgement waits for company, as the broker's do. */
const cursorWaitMs = 10;

const directory = process.argv[2]!;
const stored = Number(process.argv[3]);
const dataBytes = Number(process.argv[4]);

/** The queue of one connection: every new connection finds all of it again. */
interface Queue {
  read: number;
  acked: number;
  /** Last position of each frame under way, by the id of its deliver. */
  underWay: Map<number, number>;
}

const table = new MessageTable(directory);
const queues = new WeakMap<BareConnection, Queue>();
const key = subKey(1);
let nextId = 1;
let cursorWaits = false;

function store(): void {
  const common = commonMembers('/bench/drain', dataBytes);
  table.insert(Array.from({ length: stored }, (_, index) => `"data":${sampleData(index, dataBytes)},${common}`));
}

function send({ tcp }: BareConnection, queue: Queue): void {
  while (queue.read < stored && queue.read - queue.acked < inFlightMax) {
    const rows = table.page(queue.read, pageMessages);
    const members = rows.map(({ position, body }) => `"msg_id":"${messageId(position)}",${body}`);
    queue.read = rows[rows.length - 1]!.position;
    queue.underWay.set(nextId, queue.read);
    tcp.write(withKey(encodeFrames(nextId, members, pageMessages), key));
    nextId += 1;
  }
}

function subscribe(connection: BareConnection, id: number): void {
  const queue = queues.get(connection) ?? { read: 0, acked: 0, underWay: new Map() };
  queues.set(connection, queue);
  const result = `{"sub_key":"${key}","queue_depth":${stored - queue.acked},"is_new":false}`;
  connection.webSocket.send(resultText(id, result));
  send(connection, queue);
}

/** One commit for all acknowledgements of a short while. */
function keepCursorSoon(queue: Queue): void {
  if (cursorWaits) return;
  cursorWaits = true;
  setTimeout(() => {
    cursorWaits = false;
    table.keepCursor(queue.acked);
  }, cursorWaitMs);
}

function acknowledge(connection: BareConnection, id: number): void {
  const queue = queues.get(connection);
  const position = queue?.underWay.get(id);
  if (queue === undefined || position === undefined) return;
  queue.underWay.delete(id);
  queue.acked = position;
  keepCursorSoon(queue);
  send(connection, queue);
}

store();
listen({
  text(connection, text) {
    const { id, method } = JSON.parse(text) as { id: number; method?: string };
    if (method === 'subscribe') subscribe(connection, id);
    else acknowledge(connection, id);
  },
  close: async () => table.close(),
});
