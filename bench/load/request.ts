/** The texts of the requests that loads make, as `docs/PROTOCOL.md` has them. */

/** A JSON object whose minified text has exactly `bytes` bytes, with numbers and texts as a device would send them. */
export function sampleData(sequence: number, bytes: number): string {
  const start = `{"sensor":"boiler-7","sequence":${sequence},"celsius":81.25,"is_open":false,"note":"`;
  const end = '"}';
  const filling = bytes - start.length - end.length;
  if (filling < 0) throw new RangeError(`The smallest sample has ${start.length + end.length} bytes`);
  return start + 'x'.repeat(filling) + end;
}

export function requestText(id: number, method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** A publish with everything left at its default. */
export function publishText(id: number, topicName: string, dataBytes: number): string {
  const data = sampleData(id, dataBytes);
  return `{"jsonrpc":"2.0","id":${id},"method":"publish","params":{"topic_name":"${topicName}","data":${data}}}`;
}
