import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PlantedFolder } from './planted.js';
import { killAll, type Outcome, runFile } from './run-file.js';

const runner = suite('runner: one file');
const folder = new PlantedFolder();
runner.after(() => folder.remove());

let planted = 0;

function run(body: string, options = { limitSec: 60, lingerMs: 20_000 }): Promise<Outcome> {
  planted++;
  return runFile(folder.plant(`${planted}.test.js`, body), options);
}

function assertFault(outcome: Outcome, fault: RegExp): void {
  assert.is(outcome.faults.length, 1, outcome.output);
  assert.match(outcome.faults[0] ?? '', fault);
  assert.ok(outcome.failed >= 1);
}

const twoTests = `
  const t = suite('planted');
  t('one', () => {});
  t('two', () => assert.ok(true));
`;

runner('counts what passes, and sees nothing wrong', async () => {
  const { passed, failed, skipped, faults } = await run(`${twoTests} t.run();`);
  assert.equal({ passed, failed, skipped, faults }, { passed: 2, failed: 0, skipped: 0, faults: [] });
});

runner('counts a failing assertion and shows where it was', async () => {
  const outcome = await run(`${twoTests} t('three', () => assert.is(1, 2)); t.run();`);
  assert.equal([outcome.passed, outcome.failed], [2, 1]);
  assert.match(outcome.output, /three/);
  assert.match(outcome.output, `${planted}.test.js`);
});

runner('shows what a test throws that is no error, and runs the tests after it', async () => {
  const outcome = await run(`const t = suite('odd'); t('odd', () => { throw 'ouch'; }); t('next', () => {}); t.run();`);
  assert.equal([outcome.passed, outcome.failed], [1, 1]);
  assert.match(outcome.output, /'ouch'/);
});

runner('counts skipped tests apart', async () => {
  const outcome = await run(`${twoTests} t.skip('three', () => {}); t.run();`);
  assert.equal([outcome.passed, outcome.failed, outcome.skipped], [2, 0, 1]);
});

runner('fails a file whose run() is forgotten, also beside a suite that ran', async () => {
  assertFault(await run(twoTests), /"planted" has tests but no run\(\)/);
  assertFault(await run(`${twoTests} const u = suite('other'); u('x', () => {}); u.run();`), /"planted".* no run\(\)/);
});

runner('fails a file without tests', async () => {
  assertFault(await run(''), /no test ran/);
  assertFault(await run(`suite('empty').run();`), /no test ran/);
});

runner('fails every test behind a before hook that throws, and shows the error', async () => {
  const outcome = await run(`${twoTests} t.before(async () => { throw new Error('no ground'); }); t.run();`);
  assert.equal([outcome.passed, outcome.failed], [0, 2]);
  assert.match(outcome.output, /before hook of "planted" threw Error: no ground/);
});

for (const hook of ['after', 'before.each', 'after.each']) {
  runner(`fails a file whose ${hook} hook throws, and shows the error`, async () => {
    const outcome = await run(`${twoTests} t.${hook}(() => { throw new Error('no end'); }); t.run();`);
    assert.ok(outcome.failed >= 1);
    assert.match(outcome.output, /no end/);
  });
}

runner('runs the later suites of a file after a hook that threw', async () => {
  const later = `const u = suite('later'); u('runs', () => {}); u.run();`;
  const outcome = await run(`${twoTests} t.after(() => { throw new Error('no end'); }); t.run(); ${later}`);
  assert.equal([outcome.passed, outcome.failed], [3, 1]);
});

runner('fails a file that cannot be loaded', async () => {
  const outcome = await run(`import './missing.js';`);
  assertFault(outcome, /exit code 1, before its first test/);
  assert.match(outcome.output, /missing\.js/);
});

runner('fails a file that exits with code 0 in the middle of a test', async () => {
  assertFault(
    await run(`${twoTests} t('leaves', () => process.exit(0)); t.run();`),
    /ended before its tests were done, during or after "planted leaves"/,
  );
});

runner('fails a file that sets an exit code or exits with one after its tests', async () => {
  assertFault(
    await run(`${twoTests} t.after(() => { process.exitCode = 3; }); t.run();`),
    /exit code 3, after its tests/,
  );
});

runner('fails a crash: an exception out of turn, a rejection that no one handles, a signal', async () => {
  const outOfTurn = `t('x', () => new Promise(() => setImmediate(() => { throw new Error('late'); })));`;
  assertFault(await run(`${twoTests} ${outOfTurn} t.run();`), /exit code 1, during or after "planted x"/);
  const rejection = `t('x', () => { void Promise.reject(new Error('unseen')); });`;
  const rejected = await run(`${twoTests} ${rejection} t.run();`);
  assert.ok(rejected.failed >= 1);
  assert.match(rejected.output, /unseen/);
  assertFault(await run(`${twoTests} t('x', () => process.abort()); t.run();`), /ended by SIGABRT/);
});

runner('fails at once what waits for something that cannot come', async () => {
  assertFault(
    await run(`${twoTests} t('waits', () => new Promise(() => {})); t.run();`),
    /exit code 13, during or after "planted waits"/,
  );
});

runner('fails a file that something keeps alive after its tests, and says what', async () => {
  const outcome = await run(`${twoTests} setInterval(() => {}, 1000); t.run();`, { limitSec: 60, lingerMs: 1 });
  assertFault(outcome, /exit code 1, after its tests/);
  assert.match(outcome.output, /kept alive by: .*Timeout/);
});

runner('kills a file at its time limit, though its loop is busy', async () => {
  const spins = `${twoTests} t('spins', () => { for (;;); }); t.run();`;
  assertFault(await run(spins, { limitSec: 1, lingerMs: 1 }), /killed: not done within 1 s/);
});

/** A test that starts a process which connects to us, and ends once it has. */
const startsProcess = (port: number) => `
  import { spawn } from 'node:child_process';
  const t = suite('parent');
  t('starts a process', () => new Promise(resolve => {
    const code = "require('node:net').connect(${port}, '127.0.0.1', () => console.log('up'))";
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.once('data', () => resolve([child.unref(), child.stdout.destroy()]));
  }));
`;

runner('ends what a file has started along with it, however it ends', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const leaves = run(`${startsProcess(port)} t.run();`);
  const leftBehind = await nextPeer(server);
  assert.is((await leaves).failed, 0);
  await leftBehind.ended;

  const hangs = run(
    `${startsProcess(port)} t('hangs', () => new Promise(() => setInterval(() => {}, 1000))); t.run();`,
  );
  const hangsAlong = await nextPeer(server);
  killAll();
  assertFault(await hangs, /ended by SIGKILL/);
  await hangsAlong.ended;
  server.close();
});

async function nextPeer(server: Server): Promise<{ ended: Promise<unknown> }> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  return { ended: once(socket.resume(), 'close') };
}

runner('keeps the settings of the person who runs the tests away from them', async () => {
  process.env.HOLDFAST_PORT = '1';
  const outcome = await run(
    `const t = suite('env'); t('x', () => assert.is(process.env.HOLDFAST_PORT, undefined)); t.run();`,
  );
  delete process.env.HOLDFAST_PORT;
  assert.is(outcome.failed, 0, outcome.output);
});

runner.run();
