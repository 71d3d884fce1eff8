import { answer, type Method } from './method.js';

export const whoami: Method<'whoami'> = {
  name: 'whoami',
  async run(_context, { endpoint }) {
    const { username, role, patterns } = endpoint;
    return answer({ username, role, patterns });
  },
};
