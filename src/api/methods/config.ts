import { empty, type Method } from './method.js';

export const configReload: Method<'config.reload'> = {
  name: 'config.reload',
  roles: ['admin'],
  async run({ reload }) {
    await reload();
    return empty;
  },
};
