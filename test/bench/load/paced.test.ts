import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PacedJob } from '../../../bench/load/job.js';
import { preparePaced } from '../../../bench/load/paced.js';
import { Bare } from '../../../bench/subject/bare.js';

const job: PacedJob = {
  ...{ kind: 'paced', topicName: '/t', messages: 60, perSecond: 2_000, dataBytes: 120, subscribers: 3 },
  ...{ slowSubscribers: 0, slowBytesPerSecond: 1_000, beside: null },
};

/** Runs the job against the bare relay, which stores and sends on. */
async function figuresOf(changes: Partial<PacedJob>) {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-paced-'));
  const server = await Bare.start({ program: 'relay', directory });
  try {
    const load = await preparePaced(server.target, { ...job, ...changes });
    await load.run();
    const figures = load.figures?.() ?? {};
    await load.check();
    await load.close();
    return figures;
  } finally {
    await server.kill();
    rmSync(directory, { recursive: true });
  }
}

const paced = suite('bench paced load');

paced('measures every message on its way through a real server, and its own lateness', async () => {
  const { p50_ms, p99_ms, sent_late_p99_ms, beside_per_second } = await figuresOf({});
  assert.ok(p50_ms! > 0 && p99_ms! >= p50_ms!);
  assert.ok(sent_late_p99_ms! > 0);
  assert.is(beside_per_second, undefined);
});

paced('goes on without those who read slowly, and lets them catch up before it checks', async () => {
  const { p99_ms } = await figuresOf({ slowSubscribers: 1 });
  assert.ok(p99_ms! > 0);
});

paced.run();
