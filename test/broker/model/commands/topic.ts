import fc from 'fast-check';
import { topics } from '../play.js';
import { Command } from './command.js';

const options = fc.record(
  {
    is_active: fc.constantFrom(true, true, false),
    limit_message_expiry: fc.constantFrom(null, 3, 20),
    limit_retention: fc.constantFrom(0, 3, 100),
  },
  { requiredKeys: [] },
);

/** Makes the topic, or changes it while it is used. */
export const changeTopic = fc.record({ name: fc.constantFrom(...topics), options }).map(
  ({ name, options }) =>
    new Command('changeTopic', { name, options }, async (model, play) => {
      await play.world.run(play.world.broker.topicAdmin.declare(name, options));
      const topic = model.topic(name);
      topic.isActive = options.is_active ?? topic.isActive;
      if (options.limit_message_expiry !== undefined) topic.expiryMax = options.limit_message_expiry ?? Infinity;
    }),
);
