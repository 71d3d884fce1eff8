import { isoMicros } from '../../protocol/time.js';
import { answer, type Method } from './method.js';

export const ping: Method<'ping'> = {
  name: 'ping',
  async run({ clock }) {
    return answer({ time_iso: isoMicros(clock.nowMicros()) });
  },
};
