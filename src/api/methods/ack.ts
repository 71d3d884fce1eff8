import { empty, type Method } from './method.js';

export const ack: Method<'ack'> = {
  name: 'ack',
  async run({ broker }, { endpoint }, { sub_key, msg_id_list }) {
    await broker.puller.ack(endpoint, sub_key, msg_id_list);
    return empty;
  },
};
