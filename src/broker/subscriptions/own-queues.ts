import type { Limits } from '../../protocol/limits.js';
import { matches } from '../../protocol/matcher.js';
import type { ListedRow, Store } from '../../store/store.js';
import type { Puller } from '../delivery/puller.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { Queue } from '../queue/queue.js';
import type { Topics } from '../topics/topics.js';
import type { Subscriptions } from './subscriptions.js';
import type { Uses } from './uses.js';

export interface OwnQueuesParts {
  store: Store;
  topics: Topics;
  subscriptions: Subscriptions;
  puller: Puller;
  queue: Queue;
  uses: Uses;
  limits: Limits;
}

/** All the queues of one endpoint, also those that nobody has in memory. */
export class OwnQueues {
  readonly #parts: OwnQueuesParts;

  constructor(parts: OwnQueuesParts) {
    this.#parts = parts;
  }

  /** A message leaves each queue that has it; answers how many had it. Those that come after `signal` keep it. */
  async delete(endpoint: Endpoint, msgId: string, signal: AbortSignal): Promise<number> {
    const { subscriptions, queue, uses } = this.#parts;
    let had = 0;
    for await (const { id } of this.#mayHave(endpoint, msgId)) {
      if (signal.aborted) break;
      const isGone = await subscriptions.useIfThere({ id }, found => {
        uses.note(found);
        return queue.deleteIfThere(found, msgId);
      });
      if (isGone) had += 1;
    }
    return had;
  }

  /** The endpoint's subscriptions that the message may have entered, page by page. */
  async *#mayHave(endpoint: Endpoint, msgId: string): AsyncGenerator<ListedRow> {
    const { store, topics, puller, limits } = this.#parts;
    const [message] = await store.readMessages(await puller.positions([msgId]));
    if (!message) return;
    const topic = topics.byId(message.topicId).name;
    const query = { endpointId: endpoint.id, limit: limits.own_queues_step };
    for (let afterId = 0; ; ) {
      const rows = await store.listSubscriptions({ ...query, afterId });
      // One that was addressed enters queues whatever they are for.
      for (const row of rows)
        if (message.isAddressed || row.patterns.some(pattern => matches(pattern, topic))) yield row;
      if (rows.length < query.limit) return;
      afterId = rows.at(-1)!.id;
    }
  }
}
