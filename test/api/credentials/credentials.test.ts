import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  Credentials,
  type CredentialsOptions,
  type StoredCredential,
} from '../../../src/api/credentials/credentials.js';
import { hashKey, hashPassword } from '../../../src/api/credentials/hash.js';
import { type Limits, limits } from '../../../src/protocol/limits.js';

const test = suite('credentials');
const secret = 'ab'.repeat(32);

/** Stored credentials of the form `is:PASSWORD`, and a count of the hashes that real ones would have cost. */
class World {
  readonly stored = new Map<string, StoredCredential>();
  readonly hashed: string[] = [];
  readonly credentials: Credentials;
  /** While set, hashes wait for it. */
  gate: Promise<void> | undefined;

  constructor(changed: Partial<Limits> = {}, after?: CredentialsOptions['after']) {
    this.credentials = new Credentials({
      secret,
      limits: { ...limits, ...changed },
      find: username => this.stored.get(username),
      now: () => 0,
      after,
      matches: async (password, credential) => {
        this.hashed.push(credential);
        await this.gate;
        return credential === `is:${password}`;
      },
    });
  }

  store(username: string, credential: string, endpointId = this.stored.size + 1): void {
    this.stored.set(username, { endpointId, username, credential });
  }
}

test('a right password gives the identity, a wrong one or an unknown name gives null', async () => {
  const credentials = new Credentials({
    secret,
    limits,
    find: name => (name === 'crm' ? { endpointId: 7, username: 'crm', credential: hash } : undefined),
  });
  const hash = await hashPassword('pass:word');
  assert.equal(await credentials.verify('crm', 'pass:word'), { endpointId: 7, username: 'crm' });
  assert.is(await credentials.verify('crm', 'password'), null);
  assert.is(await credentials.verify('CRM', 'pass:word'), null);
});

test('a new password is hashed in its turn with those that are checked (6)', async () => {
  const world = new World({ scrypt_at_once_max: 1, scrypt_waiting_max: 1 });
  let open = () => {};
  world.gate = new Promise(resolve => {
    open = resolve;
  });
  world.store('crm', 'is:right');
  const checked = world.credentials.verify('crm', 'right');
  const hashed = world.credentials.hashNew('new');
  const refused = await world.credentials.hashNew('one too many').catch(error => error.name);
  assert.is(refused, 'overloaded');
  open();
  assert.ok(await checked);
  assert.match(await hashed, /^scrypt\$/);
});

test('thousands of endpoints that come at once cost a hash each, however often they are told to come again', async () => {
  const rings: (() => void)[] = [];
  const world = new World({}, (_, ring) => {
    rings.push(ring);
    return () => {};
  });
  const names = Array.from({ length: 3_000 }, (_, index) => `device-${index}`);
  for (const name of names) world.store(name, 'is:right');
  let open = () => {};
  world.gate = new Promise(resolve => {
    open = resolve;
  });
  for (let time = 0; time < 3; time += 1) {
    const refused = names.map(name => world.credentials.verify(name, 'right').catch(error => error.name));
    await new Promise(setImmediate);
    for (const ring of rings.splice(0)) ring();
    assert.ok((await Promise.all(refused)).every(name => name === 'overloaded'));
  }
  open();
  const identities = await Promise.all(names.map(name => world.credentials.verify(name, 'right')));
  assert.equal(
    identities.map(identity => identity?.username),
    names,
  );
  assert.is(world.hashed.length, names.length);
});

test('a verified password is not hashed again', async () => {
  const world = new World();
  world.store('crm', 'is:right');
  for (let i = 0; i < 3; i += 1) assert.ok(await world.credentials.verify('crm', 'right'));
  assert.is(world.hashed.length, 1);
});

test('ten thousand clients that come back at once cost one hash', async () => {
  const world = new World();
  world.store('crm', 'is:right');
  const all = await Promise.all(Array.from({ length: 10_000 }, () => world.credentials.verify('crm', 'right')));
  assert.ok(all.every(identity => identity?.endpointId === 1));
  assert.is(world.hashed.length, 1);
});

test('a changed credential is checked anew, even if no one said that it changed', async () => {
  const world = new World();
  world.store('crm', 'is:old');
  assert.ok(await world.credentials.verify('crm', 'old'));
  assert.is(await world.credentials.verify('crm', 'new'), null);
  world.store('crm', 'is:new');
  assert.is(await world.credentials.verify('crm', 'old'), null);
  assert.ok(await world.credentials.verify('crm', 'new'));
});

test('a credential that changed during the check does not let the old password in', async () => {
  const world = new World();
  world.store('crm', 'is:old');
  let open = () => {};
  world.gate = new Promise(resolve => {
    open = resolve;
  });
  const check = world.credentials.verify('crm', 'old');
  world.store('crm', 'is:new');
  open();
  assert.is(await check, null);
});

test('an endpoint that was deleted is unknown at once', async () => {
  const world = new World();
  world.store('crm', 'is:right');
  assert.ok(await world.credentials.verify('crm', 'right'));
  world.stored.delete('crm');
  assert.is(await world.credentials.verify('crm', 'right'), null);
});

test('an endpoint made again under the same name is the new one', async () => {
  const world = new World();
  world.store('crm', 'is:right', 1);
  await world.credentials.verify('crm', 'right');
  world.store('crm', 'is:right', 2);
  assert.equal(await world.credentials.verify('crm', 'right'), { endpointId: 2, username: 'crm' });
});

test('what is forgotten is checked anew', async () => {
  const world = new World();
  world.store('crm', 'is:right');
  world.store('erp', 'is:right');
  await world.credentials.verify('crm', 'right');
  await world.credentials.verify('erp', 'right');
  world.credentials.forget('crm');
  await world.credentials.verify('crm', 'right');
  await world.credentials.verify('erp', 'right');
  assert.is(world.hashed.length, 3);
});

test('every wrong answer costs one hash: of a known name, of an unknown one, and of one that has a key', async () => {
  const world = new World();
  world.store('person', 'is:right');
  world.store('machine', hashKey('hfkeyRight', secret));
  for (const username of ['person', 'nobody', 'machine']) {
    const before = world.hashed.length;
    assert.is(await world.credentials.verify(username, 'wrong'), null);
    assert.is(world.hashed.length - before, 1, username);
    // A check against what is no password hash would be over at once.
    assert.not.match(world.hashed.at(-1)!, /^hmac/);
  }
});

test('the same wrong answer again costs nothing, of a known and of an unknown name alike', async () => {
  const world = new World();
  world.store('person', 'is:right');
  for (const username of ['person', 'nobody']) {
    await world.credentials.verify(username, 'wrong');
    const before = world.hashed.length;
    assert.is(await world.credentials.verify(username, 'wrong'), null);
    assert.is(world.hashed.length, before, username);
  }
});

test('guesses neither lock an endpoint out nor push its right password out of memory', async () => {
  const world = new World({ verified_passwords_max: 1, refused_passwords_max: 2 });
  world.store('crm', 'is:right');
  await world.credentials.verify('crm', 'right');
  for (let i = 0; i < 10; i += 1) await world.credentials.verify('crm', `guess ${i}`);
  const before = world.hashed.length;
  assert.ok(await world.credentials.verify('crm', 'right'));
  assert.is(world.hashed.length, before);
});

test('what is remembered is bounded, and what was asked for lately stays', async () => {
  const world = new World({ verified_passwords_max: 2 });
  for (const name of ['a', 'b', 'c']) world.store(name, 'is:right');
  for (const name of ['a', 'b', 'a', 'c', 'a']) await world.credentials.verify(name, 'right');
  assert.is(world.hashed.length, 3);
  await world.credentials.verify('b', 'right');
  assert.is(world.hashed.length, 4);
});

test('a right key costs no scrypt', async () => {
  const world = new World();
  world.store('machine', hashKey('hfkeyRight', secret));
  assert.ok(await world.credentials.verify('machine', 'hfkeyRight'));
  assert.is(world.hashed.length, 0);
});

test('more waiting checks than the bound are overloaded, and those who share a check do not count', async () => {
  const world = new World({ scrypt_at_once_max: 1, scrypt_waiting_max: 1 });
  world.store('crm', 'is:right');
  const names = ['x', 'y', 'y', 'y', 'z'];
  const outcomes = await Promise.all(names.map(name => world.credentials.verify(name, 'p').catch(error => error.name)));
  assert.equal(outcomes, [null, null, null, null, 'overloaded']);
});

test('a name or password over its limit is refused without a hash', async () => {
  const world = new World();
  assert.is(await world.credentials.verify('é'.repeat(limits.username_bytes_max), 'p'), null);
  assert.is(await world.credentials.verify('crm', 'é'.repeat(limits.password_bytes_max)), null);
  assert.is(world.hashed.length, 0);
});

test.run();
