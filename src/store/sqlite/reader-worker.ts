import type {
  CountQuery,
  DelayedQuery,
  InterestQuery,
  LetterQuery,
  ListQuery,
  PageQuery,
  Position,
  SubscriptionKey,
  SubscriptionRange,
  UseQuery,
} from '../store.js';
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
      readDelayed: (query: DelayedQuery) => reader.readDelayed(query),
      findDelayed: (msgId: string) => reader.findDelayed(msgId),
      readLetters: (query: LetterQuery) => reader.readLetters(query),
      count: (query: CountQuery) => reader.count(query),
      loadSubscription: (key: SubscriptionKey) => reader.loadSubscription(key),
      readInterests: (query: InterestQuery) => reader.readInterests(query),
      readHeads: (topicIds: number[]) => reader.readHeads(topicIds),
      listMailboxes: (range: SubscriptionRange) => reader.listMailboxes(range),
      listBounded: (range: SubscriptionRange) => reader.listBounded(range),
      listSubscriptions: (query: ListQuery) => reader.listSubscriptions(query),
      listUses: (query: UseQuery) => reader.listUses(query),
      countInterest: (pattern: string) => reader.countInterest(pattern),
      countSubscriptionsOf: (endpointId: number) => reader.countSubscriptionsOf(endpointId),
      close: () => reader.close(),
      abandon: () => reader.close(),
    },
  };
});
