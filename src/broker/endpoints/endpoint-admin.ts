import { HoldfastError } from '../../protocol/errors.js';
import type { Limits } from '../../protocol/limits.js';
import { pattern } from '../../protocol/names.js';
import type { GroupCommit } from '../publish/group-commit.js';
import { Turns } from '../turns.js';
import type { Endpoint, Role } from './endpoint.js';
import type { Endpoints } from './endpoints.js';

export interface EndpointChange {
  role?: Role;
  /** Hashed. */
  credential?: string;
  /** Lines `pub=PATTERN` and `sub=PATTERN`: all of them, as they shall be. */
  patterns?: string[];
}

/** Makes and changes endpoints. A change of rights is a row each, exact by position, whatever is subscribed. */
export class EndpointAdmin {
  readonly #endpoints: Endpoints;
  readonly #commit: GroupCommit;
  readonly #limits: Limits;
  readonly #making = new Set<string>();
  readonly #turns = new Turns();

  constructor(parts: { endpoints: Endpoints; commit: GroupCommit; limits: Limits }) {
    this.#endpoints = parts.endpoints;
    this.#commit = parts.commit;
    this.#limits = parts.limits;
  }

  async create(username: string, role: Role, credential: string, patterns: string[]): Promise<Endpoint> {
    const { publish, subscribe } = this.#read(patterns);
    if (this.#endpoints.find(username) || this.#making.has(username)) {
      const reason = 'the username is taken';
      throw new HoldfastError(
        'conflict',
        `There is an endpoint "${username}" already. Change it with endpoint.update.`,
        { reason },
      );
    }
    this.#making.add(username);
    try {
      return await this.#create(username, role, credential, publish, subscribe);
    } finally {
      this.#making.delete(username);
    }
  }

  /** Throws `invalid_params` for lines that no endpoint can have. */
  check(patterns: string[]): void {
    this.#read(patterns);
  }

  /** One change after the other: each grants and revokes what differs from the rights that the one before it left. */
  async update(endpoint: Endpoint, change: EndpointChange): Promise<void> {
    const patterns = change.patterns && this.#read(change.patterns);
    await this.#turns.take(endpoint.username, () => {
      const mayDemote = change.role !== undefined && change.role !== 'admin';
      if (!mayDemote) return this.#update(endpoint, change, patterns);
      // No endpoint has this name: two who are demoted at the same time follow each other, so that one of them is left.
      return this.#turns.take('', async () => {
        const isAlone = endpoint.role === 'admin' && !this.#endpoints.hasAdminBesides(new Set([endpoint.username]));
        if (isAlone) throw lastAdmin(endpoint);
        await this.#update(endpoint, change, patterns);
      });
    });
  }

  async #update(
    endpoint: Endpoint,
    { role, credential }: EndpointChange,
    patterns: { publish: string[]; subscribe: string[] } | undefined,
  ): Promise<void> {
    const had = endpoint.subscribePatterns;
    const grant = patterns?.subscribe.filter(one => !had.includes(one)) ?? [];
    const revoke = patterns ? had.filter(one => !patterns.subscribe.includes(one)) : [];
    const operation = {
      kind: 'update_endpoint',
      id: endpoint.id,
      role,
      credential,
      publishPatterns: patterns?.publish,
      grant,
      revoke,
    } as const;
    await this.#commit.submit(operation, ({ position }) => {
      if (role) endpoint.role = role;
      if (credential) endpoint.credential = credential;
      if (patterns) endpoint.setPublishPatterns(patterns.publish);
      if (grant.length + revoke.length > 0) endpoint.changeRights(grant, revoke, position);
    });
  }

  #create(
    username: string,
    role: Role,
    credential: string,
    publishPatterns: string[],
    subscribePatterns: string[],
  ): Promise<Endpoint> {
    const operation = { username, role, credential, publishPatterns, subscribePatterns };
    return this.#commit.submit({ kind: 'create_endpoint', ...operation }, ({ id, position }) => {
      const rights = subscribePatterns.map(one => ({ pattern: one, from: position, to: null }));
      return this.#endpoints.add({ id, username, role, credential, publishPatterns, rights });
    });
  }

  /** `pub=…` and `sub=…` lines, checked and apart. */
  #read(lines: string[]): { publish: string[]; subscribe: string[] } {
    if (lines.length > this.#limits.endpoint_patterns_max) {
      throw badPatterns('patterns', `must not be more than ${this.#limits.endpoint_patterns_max} lines`);
    }
    const publish = new Set<string>();
    const subscribe = new Set<string>();
    for (const [index, line] of lines.entries()) {
      const path = `patterns[${index}]`;
      if (line.startsWith('pub=')) publish.add(pattern(line.slice(4), path));
      else if (line.startsWith('sub=')) subscribe.add(pattern(line.slice(4), path));
      else throw badPatterns(path, 'must start with "pub=" or "sub="');
    }
    return { publish: [...publish], subscribe: [...subscribe] };
  }
}

function lastAdmin({ username }: Endpoint): HoldfastError {
  const reason = 'it is the last administrator';
  return new HoldfastError(
    'conflict',
    `The role of endpoint "${username}" cannot be changed: ${reason}. Make another endpoint an admin first.`,
    { reason },
  );
}

function badPatterns(path: string, reason: string): HoldfastError {
  return new HoldfastError('invalid_params', `${path} ${reason}`, { path, reason });
}
