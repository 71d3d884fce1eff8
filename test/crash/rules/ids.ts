import { type Fault, isSentOnce, type Ledger, madeId, type Publish } from '../ledger.js';

/** Every message has an id of its own, ids that the server makes rise with the log, and an own id is stored once. */
export function ids({ publishes, queues }: Ledger): Fault[] {
  const all = [...publishes.values()];
  const delivered = [...queues.values()].flatMap(({ seen }) =>
    seen.flatMap(({ message, publish }) => (publish === null ? [] : [{ msgId: message.msg_id, publish }])),
  );
  const answered = all.flatMap(publish => publish.answers.map(({ msgId }) => ({ msgId, publish })));
  return [...usedTwice([...answered, ...delivered]), ...fallen(all), ...all.flatMap(storedTwice)];
}

function usedTwice(uses: { msgId: string; publish: Publish }[]): Fault[] {
  const owners = new Map<string, Publish>();
  const faults = new Map<string, Fault>();
  for (const { msgId, publish } of uses) {
    const owner = owners.get(msgId) ?? publish;
    owners.set(msgId, owner);
    if (owner !== publish)
      faults.set(msgId, { rule: 'ids', text: `${msgId} is both publish ${owner.n} and publish ${publish.n}` });
  }
  return [...faults.values()];
}

/** The ids of one server are of one length and sort by position, so what is sent after an answer has a higher one. */
function fallen(publishes: Publish[]): Fault[] {
  const made = publishes.flatMap(publish => {
    const msgId = madeId(publish);
    return msgId !== null && isSentOnce(publish)
      ? [{ msgId, sent: publish.sends[0]!.index, answered: publish.answers[0]!.index }]
      : [];
  });
  const bySent = made.toSorted((a, b) => a.sent - b.sent);
  const byAnswered = made.toSorted((a, b) => a.answered - b.answered);
  const faults: Fault[] = [];
  let highest = '';
  let at = 0;
  for (const { msgId, sent } of bySent) {
    for (; at < byAnswered.length && byAnswered[at]!.answered < sent; at += 1)
      if (byAnswered[at]!.msgId > highest) highest = byAnswered[at]!.msgId;
    if (msgId < highest) faults.push({ rule: 'ids', text: `${msgId} was given after ${highest}` });
  }
  return faults;
}

/** The first answer may be `duplicate` only if it was sent before; every later one must be. */
function storedTwice({ n, sends, answers }: Publish): Fault[] {
  const faults: Fault[] = [];
  for (const [at, answer] of answers.entries()) {
    const sentBefore = sends.filter(send => send.index < answer.index).length;
    if (answer.isDuplicate && sentBefore < 2)
      faults.push({ rule: 'ids', text: `publish ${n} was answered as a duplicate at its first time` });
    if (!answer.isDuplicate && at > 0) faults.push({ rule: 'ids', text: `publish ${n} was stored ${at + 1} times` });
  }
  return faults;
}
