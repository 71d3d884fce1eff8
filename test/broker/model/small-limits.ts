/** Small, so that every bound is met often. */
export const smallLimits = {
  page_messages: 3,
  page_bytes: 1_500,
  pages_bytes_max: 2_500,
  ready_messages: 2,
  overlay_rows_max: 4,
  tail_bytes_max: 1_500,
  sent_mark_block: 10,
  commit_messages_max: 4,
  sweep_messages: 5,
  sweep_subscriptions: 2,
  sweep_topics: 2,
  sweep_commit_topics: 2,
  sweep_rest_ms: 1,
  expiry_step_ms: 2_000,
  sweep_interval_ms: 7_000,
  linger_ms: 4_000,
};
