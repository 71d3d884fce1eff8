/** Topics `<prefix>000000`, `<prefix>000001`, … */
export interface TopicsOrder {
  kind: 'topics';
  prefix: string;
  count: number;
}

/** Absent subscriptions `<namePrefix>0`, …, each to one topic, or each with a pattern of its own (see `patternOf`). */
export interface SubscriptionsOrder {
  kind: 'subscriptions';
  to: { topicName: string } | 'patterns';
  namePrefix: string;
  count: number;
}

/** Messages of one topic, which is made first, with the highest priorities in turn. */
export interface MessagesOrder {
  kind: 'messages';
  topicName: string;
  count: number;
  dataBytes: number;
  priorities: number;
}

export type Order = TopicsOrder | SubscriptionsOrder | MessagesOrder;

/** What the process that fills a store is told; it answers `filled` or `failed`. */
export interface FillCommand {
  file: string;
  orders: Order[];
}

export type FillReport = { report: 'filled' } | { report: 'failed'; message: string };
