import { HoldfastError } from '../../protocol/errors.js';
import type { EndpointRow } from '../../store/store.js';
import { Endpoint } from './endpoint.js';

/** All endpoints, by name and by id. */
export class Endpoints {
  readonly #byName = new Map<string, Endpoint>();
  readonly #byId = new Map<number, Endpoint>();

  add(row: EndpointRow): Endpoint {
    const endpoint = new Endpoint(row);
    this.#byName.set(row.username, endpoint);
    this.#byId.set(row.id, endpoint);
    return endpoint;
  }

  find(username: string): Endpoint | undefined {
    return this.#byName.get(username);
  }

  get(username: string): Endpoint {
    const endpoint = this.#byName.get(username);
    if (!endpoint)
      throw new HoldfastError('not_found', `There is no endpoint "${username}". Create it with endpoint.create.`);
    return endpoint;
  }

  /** Whether an administrator is left without these, by their names. */
  hasAdminBesides(usernames: { has(username: string): boolean }): boolean {
    for (const { role, username } of this.#byName.values())
      if (role === 'admin' && !usernames.has(username)) return true;
    return false;
  }

  byId(id: number): Endpoint {
    const endpoint = this.#byId.get(id);
    if (!endpoint) throw new Error(`No endpoint has the id ${id}`);
    return endpoint;
  }
}
