import type { Method } from './method.js';

export const pull: Method<'pull'> = {
  name: 'pull',
  async run({ broker, limits }, { endpoint, signal }, { sub_key, max_messages = limits.pull_messages, wait = 0 }) {
    const messages = await broker.puller.pull(endpoint, sub_key, max_messages, wait * 1000, signal);
    return { json: `{"messages":${messages}}` };
  },
};
