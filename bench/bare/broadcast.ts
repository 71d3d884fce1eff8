// Fan-out with nothing around it: no store, what came in a turn goes to everyone in batches, one write per socket.
import { encodeFrames, subKey, withKey } from './batch-frames.js';
import { type BareConnection, listen } from './listen.js';
import { commonMembers, messageId, resultText } from './message.js';

interface Incoming {
  id: number;
  method?: string;
  params?: { topic_name: string; data: unknown };
}

const messagesPerFrame = 50;
const subscribers = new Map<BareConnection, Buffer>();
let members: string[] = [];
let answers: (() => void)[] = [];
let published = 0;
let nextId = 1;

function broadcast(): void {
  const shared = encodeFrames(nextId, members, messagesPerFrame);
  nextId += Math.ceil(members.length / messagesPerFrame);
  for (const [{ tcp }, key] of subscribers) tcp.write(withKey(shared, key));
  for (const answer of answers) answer();
  members = [];
  answers = [];
}

function subscribe(connection: BareConnection, id: number): void {
  const key = subscribers.get(connection) ?? subKey(subscribers.size);
  if (!subscribers.has(connection)) connection.tcp.once('close', () => subscribers.delete(connection));
  subscribers.set(connection, key);
  connection.webSocket.send(resultText(id, `{"sub_key":"${key}","queue_depth":0,"is_new":true}`));
}

listen({
  text(connection, text) {
    const { id, method, params } = JSON.parse(text) as Incoming;
    if (method === 'subscribe') {
      subscribe(connection, id);
    } else if (method === 'publish' && params !== undefined) {
      if (members.length === 0) setImmediate(broadcast);
      published += 1;
      const msgId = messageId(published);
      const data = JSON.stringify(params.data);
      members.push(`"msg_id":"${msgId}","data":${data},${commonMembers(params.topic_name, data.length)}`);
      answers.push(() => connection.webSocket.send(resultText(id, `{"msg_id":"${msgId}"}`)));
    }
  },
});
