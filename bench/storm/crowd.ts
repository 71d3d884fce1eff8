import { setTimeout as delay } from 'node:timers/promises';
import { Caller } from '../load/caller.js';
import { textFrame } from '../load/frame.js';
import type { LoadFigures, PreparedLoad } from '../load/job.js';
import { publishText } from '../load/request.js';
import type { Target } from '../load/socket.js';
import { delayFigures } from './delay-figures.js';
import { Device, isPublished } from './device.js';
import { topicOf } from './fleet.js';
import type { ArriveJob, PublishersJob, ReturnJob } from './job.js';

/** Publishes in one array. */
const batchRequests = 500;
/** Handshakes under way at a time where no storm is meant. */
const handshakes = 50;
/** Of so many devices one is asked whether anything is left in its queue. */
const askedEach = 50;

/** The devices of this process, by number, once they have arrived. */
const devices = new Map<number, Device>();

export async function prepareArrive({ port }: Target, job: ArriveJob): Promise<PreparedLoad> {
  for (let number = job.first; number < job.end; number += 1) devices.set(number, new Device(number, { ...job, port }));
  return comeAndDrain(job.messages, () => undefined);
}

export async function prepareReturn(target: Target, job: ReturnJob): Promise<PreparedLoad> {
  const held = Promise.all([...devices.values()].map(device => device.hold(job.messages)));
  await publishToEach(target, job);
  await held;
  return comeAndDrain(job.messages, () => {
    for (const device of devices.values()) device.lose();
  });
}

export async function preparePublishers({ port }: Target, job: PublishersJob): Promise<PreparedLoad> {
  let next = job.first;
  const connectSome = async () => {
    while (next < job.end) {
      const number = next;
      next += 1;
      const device = new Device(number, { ...job, port });
      devices.set(number, device);
      await device.connect();
    }
  };
  await Promise.all(Array.from({ length: handshakes }, connectSome));
  const latencies: number[] = [];
  return {
    run: () => publishEvenly(job, latencies),
    figures: () => ({ ...delayFigures(latencies), refused: sum('refused') + sum('lost') }),
    check: async () => undefined,
    close: async () => undefined,
  };
}

function comeAndDrain(messages: number, start: () => void): PreparedLoad {
  return {
    run: async () => {
      start();
      await Promise.all(
        [...devices.values()].map(async device => {
          await device.connect();
          await device.drain(messages);
        }),
      );
    },
    figures: takeFigures,
    check: checkEmpty,
    close: async () => undefined,
  };
}

/** How often devices were refused since the last time. */
function takeFigures(): LoadFigures {
  const refused = sum('refused') + sum('lost');
  for (const device of devices.values()) device.refused = device.lost = 0;
  return { refused };
}

async function checkEmpty(): Promise<void> {
  const asked = [...devices.values()].filter((_, index) => index % askedEach === 0);
  // A response to a delivery is on disk some 20 ms later.
  await delay(100);
  for (const device of asked) {
    const depth = await device.depth();
    if (depth > 0) throw new Error(`${depth} messages still wait, though all were acknowledged`);
  }
}

async function publishToEach(target: Target, { first, end, messages, dataBytes }: ReturnJob): Promise<void> {
  const caller = await Caller.open(target);
  let requests: string[] = [];
  for (let number = first; number < end; number += 1) {
    for (let index = 0; index < messages; index += 1) requests.push(publishText(index, topicOf(number), dataBytes));
    if (requests.length < batchRequests && number < end - 1) continue;
    await caller.callAll(requests);
    requests = [];
  }
  await caller.close();
}

/** Each device publishes in its own moment of the period; how long each answer took goes into `latencies`, in ms. */
async function publishEvenly({ topicName, dataBytes, everyMs, forMs }: PublishersJob, latencies: number[]) {
  const all = [...devices.values()];
  const frame = textFrame(publishText(1, topicName, dataBytes));
  const startMs = performance.now();
  const answers: Promise<void>[] = [];
  for (let index = 0; (index * everyMs) / all.length < forMs; index += 1) {
    const dueMs = startMs + (index * everyMs) / all.length;
    const aheadMs = dueMs - performance.now();
    if (aheadMs > 0) await delay(aheadMs);
    const sentMs = performance.now();
    const answered = all[index % all.length]!.request(frame);
    answers.push(
      answered.then(answer => {
        if (!isPublished(answer)) throw new Error(`A publish was refused: ${answer}`);
        latencies.push(performance.now() - sentMs);
      }),
    );
  }
  await Promise.all(answers);
}

function sum(count: 'refused' | 'lost'): number {
  let total = 0;
  for (const device of devices.values()) total += device[count];
  return total;
}
