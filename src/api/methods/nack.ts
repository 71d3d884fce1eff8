import { empty, type Method } from './method.js';

export const nack: Method<'nack'> = {
  name: 'nack',
  async run({ broker }, { endpoint }, { sub_key, msg_id_list, delay }) {
    await broker.puller.nack(endpoint, sub_key, msg_id_list, delay);
    return empty;
  },
};
