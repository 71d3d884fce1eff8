/**
 * Every bound of the product in one place, with its unit in its name. The ones that an operator may
 * change are in `schemas/config.json` under `limits`, by the same names; these are the defaults.
 */
export const limits = {
  /** One WebSocket frame or HTTP body that comes in; 0 switches the limit off. */
  frame_bytes_max: 16 * 1024 * 1024,
  /** Requests in one JSON-RPC array. */
  batch_requests_max: 1_000,
  /** The answers to one array, in UTF-16 units: further long ones are refused. */
  batch_answer_chars_max: 32 * 1024 * 1024,
  /** Nesting of arrays and objects in a frame. */
  json_depth_max: 64,
  topic_name_bytes_max: 500,
  /** A msg_id or sub_key that comes in; the ones made here have up to 30. */
  id_chars_max: 200,
  /** Topics or patterns in one `subscribe`, and of one subscription. */
  subscription_topics_max: 1_000,
  subscription_name_bytes_max: 200,
  endpoint_patterns_max: 1_000,
  username_bytes_max: 200,
  password_bytes_max: 1_024,
  /** Attributes that are free text: correl_id, ext_client_id, group_id, mime_type and the like. */
  attribute_bytes_max: 2_000,
  /** Keys in one `deliver_to_sk` or `reply_to_sk`. */
  attribute_sub_keys_max: 1_000,
  expiration_sec_max: 3_153_600_000,
  expiration_sec_default: 86_400,
  delay_sec_max: 31_536_000,
  priority_default: 5,

  connections_max: 50_000,
  endpoint_connections_max: 20_000,
  endpoint_subscriptions_max: 1_000_000,
  topics_max: 1_000_000,
  /** Publications to a topic between two counts of its depth. */
  depth_check_freq: 100,
  depth_check_freq_max: 1_000_000,
  /** How often a topic that is too deep is counted again, as long as someone publishes to it. */
  depth_look_ms: 1_000,
  /** The schema of a topic's data, as JSON. */
  data_schema_bytes_max: 64 * 1024,
  /** How long one message may take to be checked by it. */
  data_schema_ms_max: 50,

  delivery_batch_messages: 500,
  delivery_batch_messages_max: 10_000,
  in_flight_messages: 1_000,
  in_flight_messages_max: 100_000,
  deliver_frame_bytes: 1024 * 1024,
  deliver_frame_bytes_max: 16 * 1024 * 1024,
  pull_messages: 50,
  pull_messages_max: 10_000,
  pull_wait_sec_max: 60,
  /** Calls of `pull` that wait for the messages of one subscription. */
  pull_waiters_max: 1_000,
  ack_wait_sec: 60,
  ack_wait_sec_max: 86_400,
  ack_ids_max: 10_000,
  wait_non_sock_err_sec: 3,
  wait_sock_err_sec: 10,
  /** Either wait, and each wait of a schedule. */
  wait_err_sec_max: 31_536_000,
  wait_err_schedule_max: 100,
  delivery_max_retry: 123_456_789,
  /** Rows of one subscription that left the line: nacked and waiting, held, edited. */
  overlay_rows_max: 10_000,
  /** Settled stretches ahead of a lane's cursor that one subscription may keep. */
  settled_ranges_max: 20_000,

  /** Calls of `before_publish` at the same time, and as many of each other kind. */
  hook_calls_max: 1_000,
  /** Publishes that wait for hooks, in all, before further ones are `overloaded`. */
  hook_publishes_max: 10_000,
  /** Their data, in UTF-16 units; and as much of messages whose delivery waits for hooks, before others wait in their queues. */
  hook_bytes_max: 64 * 1024 * 1024,
  /** Subscriptions made and ended that hooks have not been told of yet: of further ones they are not told. */
  hook_tellings_max: 10_000,

  browse_messages: 50,
  browse_messages_max: 1_000,
  /** Bodies in one page of `queue.browse`, in UTF-16 units: the one that reaches it is the last. */
  browse_chars: 4 * 1024 * 1024,
  list_items: 50,
  list_items_max: 1_000,
  /** Subscriptions that one page of a list looks at. */
  list_rows_max: 10_000,
  route_url_bytes_max: 2_000,
  route_headers_max: 100,
  route_folder_bytes_max: 4_000,
  route_file_name_bytes_max: 200,
  /** Secrets of one route, so that a new one can follow an old one. */
  route_secrets_max: 10,

  /** Bytes that wait for one socket before delivery to it pauses. */
  socket_buffer_bytes: 1024 * 1024,
  /** Bytes that wait for one socket before it is closed with 4509. */
  socket_buffer_bytes_max: 64 * 1024 * 1024,
  /** How long a socket may stay over `socket_buffer_bytes` without reading anything. */
  socket_stalled_ms_max: 60_000,
  /** Requests of one socket that have no answer yet, before reading from it pauses. */
  socket_unanswered_max: 4_096,
  /** The same in bytes of frames. */
  socket_unanswered_bytes_max: 16 * 1024 * 1024,
  ping_interval_ms: 25_000,
  pong_wait_ms: 10_000,
  /** From the first byte of a request to the end of its headers. */
  handshake_ms_max: 10_000,
  /** How often sockets are looked after: each time, those whose turn it is get a ping. */
  socket_tick_ms: 250,
  /** How long a peer may take to answer our close frame before its socket is destroyed. */
  close_wait_ms_max: 2_000,
  /** Pings of a peer whose pongs it has not read yet, before it is dropped. */
  pending_pongs_max: 60,
  /** The buffer that all sockets encode their frames into. */
  write_slab_bytes: 1024 * 1024,

  /** Connections that the kernel has taken and the server has not; the kernel's own bound (somaxconn) may be lower. */
  listen_backlog_max: 16_384,
  /** Handshakes of WebSockets before other work has its turn. */
  upgrades_per_turn: 50,
  /** TCP connections beside the WebSockets. */
  http_connections_max: 1_000,
  http_header_bytes_max: 16 * 1024,
  http_headers_max: 100,
  /** From the first byte of a request to the last of its body. */
  http_request_ms_max: 60_000,
  /** How long a request that is being answered may see no byte move; more than a `pull` may wait. */
  http_idle_ms_max: 120_000,
  http_keep_alive_ms: 10_000,
  /** Bodies that are being read, in all. */
  http_bodies_bytes_max: 256 * 1024 * 1024,

  /** Requests to routes that are under way, in all, to one host, and by the bytes of their bodies. */
  webhook_requests_max: 256,
  webhook_host_requests_max: 32,
  webhook_bodies_bytes_max: 256 * 1024 * 1024,
  /** From the start of a request to a connection: the name resolved, TCP and TLS. */
  webhook_connect_ms_max: 10_000,
  /** From the headers of a response to its end. */
  webhook_response_ms_max: 5_000,
  /** Bodies of responses are let through unread; longer ones end the connection. */
  webhook_response_bytes_max: 64 * 1024,
  webhook_response_header_bytes_max: 16 * 1024,
  webhook_retry_after_sec_max: 86_400,
  /** Connections that wait for another request, and how long. */
  webhook_idle_sockets_max: 256,
  webhook_keep_alive_ms: 4_000,
  route_timeout_sec: 30,
  route_timeout_sec_max: 600,
  route_headers_bytes_max: 8 * 1024,
  /** Requests of one route that are under way at once. */
  route_requests_max: 100,

  /** Bytes of publishes that wait for the disk, in all, before further ones are `overloaded`. */
  commit_queue_bytes_max: 256 * 1024 * 1024,
  /** Messages and bytes in one transaction. */
  commit_messages_max: 2_000,
  /** Messages in one transaction while syncs are quick and more messages wait. */
  commit_messages_quick: 256,
  commit_bytes_max: 8 * 1024 * 1024,
  /** How long the settlement of a delivery may wait for company before it is committed. */
  settle_wait_ms_max: 10,
  /** Messages that are delivered, to all subscribers together, before other work has its turn. */
  deliveries_per_turn: 5_000,
  /** Positions that the counter is persisted ahead, and that a lane's sent-mark is reserved ahead. */
  position_block: 100_000,
  sent_mark_block: 100_000,
  /** How much of the write-ahead log waits until it is moved into the database, beside the commits. */
  checkpoint_bytes: 2 * 1024 * 1024,
  /** Size of the write-ahead log at which it is to start again from its beginning. */
  wal_bytes: 8 * 1024 * 1024,
  /** What the writer may have to move itself for that; where there is more, it is moved beside the commits first. */
  wal_rest_bytes: 512 * 1024,
  /** How long the writer waits for a reader for that; from `wal_bytes_max` on, `wal_wait_ms_max`. */
  wal_wait_ms: 3,
  wal_bytes_max: 16 * 1024 * 1024,
  wal_wait_ms_max: 1_000,
  writer_cache_bytes: 32 * 1024 * 1024,
  reader_cache_bytes: 32 * 1024 * 1024,
  /** How long a start waits for the process before it to let go of the store. */
  store_lock_wait_ms_max: 1_000,
  /** Recent messages kept in memory, in all, for subscriptions that are attached and not caught up. */
  tail_bytes_max: 64 * 1024 * 1024,
  /** Messages that are not guaranteed, in memory, in all, before `on_ram_full` says what becomes of further ones. */
  ram_bytes_max: 256 * 1024 * 1024,
  /** What such a message takes beside its body; measured. */
  ram_message_bytes: 256,
  /** One page of backlog read for one subscription. */
  page_messages: 1_000,
  page_bytes: 1024 * 1024,
  /** Backlog pages in memory, in all subscriptions together. */
  pages_bytes_max: 256 * 1024 * 1024,
  /** Topics that are merged one by one; a subscription with more of them walks the positions. */
  merged_topics_max: 64,
  /** Rows that one page read may look at while it walks the positions. */
  walk_rows_max: 20_000,
  /** Rows that a count looks at before other reads have their turn. */
  count_rows_step: 50_000,

  /** Expiry is indexed in steps of this size; it is exact all the same. */
  expiry_step_ms: 60_000,
  sweep_interval_ms: 1_000,
  sweep_messages: 2_000,
  /** What sweeping may take of one commit, because publishes wait behind it, and how long it rests afterwards. */
  sweep_commit_ms_max: 3,
  sweep_rest_ms: 12,
  /** Stretches of interest that are read at once to find who needs the messages of a topic. */
  sweep_subscriptions: 1_000,
  /** Topics for which that is found out together. */
  sweep_topics: 1_000,
  /** Topics that are swept in one commit. */
  sweep_commit_topics: 50,
  /** How often it is noted up to which position everything came before now. */
  time_mark_ms: 5_000,
  /** Such notes; over it, every second one of the older half goes. */
  time_marks_max: 4_096,
  /** How long settlements wait for room on a full disk before they are tried again. */
  full_disk_wait_ms: 1_000,
  /** How often the free space of the disk is looked at. */
  disk_look_ms: 1_000,
  /** Free bytes on the disk below which publishes are refused with `storage_full`. */
  disk_free_bytes_min: 64 * 1024 * 1024,
  dedupe_ms: 86_400_000,
  dead_letter_expiration_sec: 604_800,
  /** Dead letters that are put back in one commit. */
  redrive_messages: 200,
  /** Overlay entries that are loaded and ready for another attempt, of one subscription. */
  ready_messages: 500,
  /** Subscriptions of an endpoint that are listed at once to find a message in its queues. */
  own_queues_step: 500,
  /** How long a subscription without a receiver stays in memory. */
  linger_ms: 10_000,
  /** Subscriptions with a receiver of their own that are attached at once at the start, before other work has its turn. */
  standing_step: 100,

  /** Batches that one service may handle at a time, if it wants to. */
  service_concurrency_max: 1_000,
  /** How long a batch may take in a service, and a call in a hook, unless the file says otherwise. */
  service_timeout_sec: 60,
  hook_timeout_sec: 10,
  /** What files may say. */
  extension_timeout_sec_max: 3_600,
  /** How long `context.request` waits for a reply, unless the call says otherwise, and at most. */
  request_timeout_ms: 30_000,
  request_timeout_ms_max: 86_400_000,
  /** Calls of services to the broker that have no answer yet. */
  extension_calls_max: 10_000,
  /** Lines that services and hooks may log in a second. */
  extension_logs_per_sec_max: 1_000,
  /** Memory of the thread of services and hooks. */
  extension_heap_bytes_max: 512 * 1024 * 1024,
  /** How long the files of services and hooks may take to load. */
  extension_load_ms_max: 30_000,
  /** How often the thread of services and hooks is asked whether it is alive, and how long it may not answer. */
  extension_ping_ms: 500,
  extension_stall_ms_max: 10_000,
  /** Rest before a thread that broke again is started again; it doubles up to the second figure. */
  extension_restart_ms: 1_000,
  extension_restart_ms_max: 30_000,
  /** Threads of earlier reloads that still finish what they have. */
  extension_threads_max: 4,
  /** How long a stop waits for services that are at work, and before that for hooks that publishes wait for. */
  extension_stop_ms_max: 2_000,

  /** How often folders of files are looked at; between, the system gives hints. */
  file_look_ms: 1_000,
  /** How long a look waits after a hint: it may be one of many. */
  file_hint_ms: 20,
  /** How long a file must have been as it is, unless its drop says otherwise. */
  file_quiet_ms: 2_000,
  file_quiet_ms_max: 86_400_000,
  /** How long a drop rests whose messages the broker does not take. */
  file_rest_ms: 2_000,
  /** Files that are taken together. */
  file_claim_files: 64,
  /** What is read of them before it is published, in UTF-16 units; one file may go beyond. */
  file_read_bytes: 8 * 1024 * 1024,
  /** Drops in the configuration. */
  file_drops_max: 1_000,

  scrypt_at_once_max: 2,
  scrypt_waiting_max: 20_000,
  /** How long a password may wait to be checked before the answer is `overloaded`. */
  scrypt_wait_ms_max: 10_000,
  /** Outcomes of checks that are remembered. */
  verified_passwords_max: 50_000,
  refused_passwords_max: 10_000,
  stop_ms_max: 5_000,
} as const;

export type LimitName = keyof typeof limits;
export type Limits = { readonly [Name in LimitName]: number };
