import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Play } from '../play.js';
import { Command } from './command.js';

/** To before a message, whoever it was for; or to the beginning. What the dry run said is what comes back. */
export const rewind = fc.record({ queue: fc.nat(3), back: fc.nat(20) }).map(
  args =>
    new Command('rewind', args, async (model, play) => {
      const queue = model.pick(args.queue);
      if (!queue) return;
      const { puller, rewinder } = play.world.broker;
      const first = model.messages.at(-1 - args.back);
      const [position = 1] = first ? await play.world.run(puller.positions([first.msgId])) : [];
      const before = await queued(play, queue.subKey);
      const expected = await play.world.use(queue.subKey, one => rewinder.preview(one, position - 1));
      const { count, isAnew } = await play.world.use(queue.subKey, async one => {
        const { epoch } = one;
        const count = await rewinder.rewind(one, position - 1);
        return { count, isAnew: one.epoch !== epoch };
      });
      assert.is(count, expected, 'a dry run says what comes back');
      const after = await queued(play, queue.subKey);
      for (const msgId of before) assert.ok(after.delete(msgId), `${msgId} is still in the queue`);
      assert.is(after.size, count, 'count of a rewind');
      if (isAnew) queue.reopen(after);
    }),
);

async function queued(play: Play, subKey: string): Promise<Set<string>> {
  const { messages } = await play.browse(subKey, 1_000);
  return new Set(messages.map(({ msg_id }) => msg_id));
}
