import type { Endpoint } from '../../broker/endpoints/endpoint.js';
import { answer, type Context, type Method } from './method.js';

export const endpointCreate: Method<'endpoint.create'> = {
  name: 'endpoint.create',
  roles: ['admin'],
  async run(context, _caller, { username, password, role = 'user', patterns = [] }) {
    const { credential, key } = await newCredential(context, password);
    const endpoint = await context.broker.endpointAdmin.create(username, role, credential, patterns);
    return answer(describe(endpoint, key));
  },
};

export const endpointUpdate: Method<'endpoint.update'> = {
  name: 'endpoint.update',
  roles: ['admin'],
  async run(context, caller, { username, password, key: wantsKey, role, patterns }) {
    const endpoint = context.broker.endpoints.get(username);
    const made = password !== undefined || wantsKey ? await newCredential(context, password) : null;
    await context.broker.endpointAdmin.update(endpoint, { role, patterns, credential: made?.credential });
    const updated = answer(describe(endpoint, made?.key));
    if (!made) return updated;
    context.revoke(endpoint.username, endpoint.id, caller.sink);
    // Who changes its own credentials is answered first: a key that was made is in that answer and nowhere else.
    return caller.endpoint === endpoint ? { ...updated, after: () => caller.revoke() } : updated;
  },
};

/** What is stored of the password, or of a key that is made and shown this once. */
async function newCredential(
  context: Context,
  password: string | undefined,
): Promise<{ credential: string; key?: string }> {
  return password === undefined ? context.makeKey() : { credential: await context.hashPassword(password) };
}

function describe({ username, role, patterns }: Endpoint, key: string | undefined): object {
  return key === undefined ? { username, role, patterns } : { username, role, patterns, key };
}
