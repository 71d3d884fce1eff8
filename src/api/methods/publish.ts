import { defaultMimeType, type Publication } from '../../broker/publish/compose.js';
import type { PublishReply } from '../../broker/publish/publisher.js';
import type { PublishParams } from '../../protocol/api.gen.js';
import { limits } from '../../protocol/limits.js';
import type { Caller, RawMembers } from '../caller.js';
import type { Context } from './method.js';

/**
 * Publishes of one caller are committed in the order in which they came, also if an earlier one has to wait. The method
 * the others are measured by: it answers through `reply` and makes no promise when it does not have to.
 */
export function publish(
  { broker }: Context,
  caller: Caller,
  params: PublishParams,
  request: RawMembers,
  reply: PublishReply,
): void {
  const publication = readPublication(params, request);
  const start = () => broker.publisher.publish(caller.endpoint, publication, reply);
  if (caller.publishing !== null) broker.publisher.expect(caller.endpoint, publication);
  const waiting = caller.publishing === null ? start() : caller.publishing.then(start);
  if (waiting !== null) queue(caller, reply, waiting);
}

function queue(caller: Caller, reply: PublishReply, waiting: Promise<unknown>): void {
  const done = waiting.then(
    () => {},
    error => reply.failed(error),
  );
  const turn = done.then(() => {
    if (caller.publishing === turn) caller.publishing = null;
  });
  caller.publishing = turn;
}

function readPublication(params: PublishParams, request: RawMembers): Publication {
  return {
    topicName: params.topic_name,
    data: request.raw('data')!,
    dataSpaces: request.dataSpaces,
    priority: params.priority ?? limits.priority_default,
    expiration: params.expiration ?? limits.expiration_sec_default,
    delay: params.delay ?? 0,
    mimeType: params.mime_type ?? defaultMimeType,
    msgId: params.msg_id,
    correlId: params.correl_id,
    inReplyTo: params.in_reply_to,
    extClientId: params.ext_client_id,
    extPubTimeIso: params.ext_pub_time_iso,
    groupId: params.group_id,
    positionInGroup: params.position_in_group,
    userCtx: params.user_ctx === undefined ? undefined : request.raw('user_ctx'),
    deliverToSk: params.deliver_to_sk,
    replyToSk: params.reply_to_sk,
    hasGd: params.has_gd,
  };
}
