import type { CountQuery, PageQuery, Position, SubscriptionKey } from '../store.js';
import { Reader } from './reader.js';
import { serve } from './serve.js';

serve(({ path }: { path: string }) => {
  const reader = Reader.open(path);
  return {
    opened: null,
    calls: {
      readPage: (query: PageQuery) => reader.readPage(query),
      readMessages: (positions: Position[]) => reader.readMessages(positions),
      findNamed: (msgId: string) => reader.findNamed(msgId),
      count: (query: CountQuery) => reader.count(query),
      loadSubscription: (key: SubscriptionKey) => reader.loadSubscription(key),
      listSubscriptions: (range: { afterId: number; limit: number }) => reader.listSubscriptions(range),
      countInterest: (pattern: string) => reader.countInterest(pattern),
      countSubscriptionsOf: (endpointId: number) => reader.countSubscriptionsOf(endpointId),
      close: () => reader.close(),
      abandon: () => reader.close(),
    },
  };
});
