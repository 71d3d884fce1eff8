/** A message as subscribers get it: the attributes of the wire, in its own snake_case. */
export interface WireMessage {
  data: unknown;
  topic_name: string;
  msg_id: string;
  correl_id?: string;
  in_reply_to?: string;
  /** 1 to 9, 9 first. */
  priority: number;
  mime_type: string;
  ext_client_id?: string;
  pub_time_iso: string;
  ext_pub_time_iso?: string;
  recv_time_iso: string;
  /** Seconds. */
  expiration: number;
  expiration_time_iso: string;
  /** Bytes of `data`: of its UTF-8 text if it is a string, of its minified JSON otherwise. */
  size: number;
  delivery_count: number;
  sub_key: string;
  reply_to_sk?: string[];
  group_id?: string;
  position_in_group?: number;
  user_ctx?: unknown;
  dead_letter?: DeadLetter;
}

export interface DeadLetter {
  reason: string;
  attempts: number;
  last_error: string | null;
  sub_name: string | null;
  topic_name: string;
}

export const priorityMin = 1;
export const priorityMax = 9;
