import { defineService } from 'holdfast/services';

const countries: Record<string, string> = { Bergen: 'Norway', Porto: 'Portugal' };
let isAwake = false;

/** Answers whoever asks where a town is. What it answers with an error comes to it again, until it has an answer. */
export const towns = defineService({
  name: 'my.towns',
  timeout_sec: 5,
  // One message at a time, and not a list.
  options: { wrap_one_msg_in_list: false, delivery_batch_size: 1, wait_non_sock_err: 0.2 },
  async handle(message, context) {
    if (!isAwake) {
      isAwake = true;
      throw new Error('not awake yet');
    }
    await context.reply(message, { country: countries[message.data as string] ?? 'unknown' });
  },
});
