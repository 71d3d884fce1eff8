/** What a message has on the wire besides its data, so that the bare programs store and send as many bytes as the broker. */

export function messageId(position: number): string {
  return `zpsm${position.toString(36).padStart(24, '0')}`;
}

/** The members of a message that are the same for all of one turn, as JSON text without braces. */
export function commonMembers(topicName: string, dataBytes: number): string {
  const time = new Date().toISOString();
  return (
    `"topic_name":${JSON.stringify(topicName)},"priority":5,"mime_type":"application/json","pub_time_iso":"${time}",` +
    `"recv_time_iso":"${time}","expiration":86400,"expiration_time_iso":"${time}","size":${dataBytes}`
  );
}

export function resultText(id: number, result: string): string {
  return `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
}
