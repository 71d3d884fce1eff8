import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { incomplete, StreamReader } from '../../../bench/load/stream-reader.js';
import { webSocketFraming } from '../../../bench/peers/wire/framing.js';

const stream = suite('bench peers: stream');

/** A frame as a server writes it: not masked. */
function serverFrame(firstByte: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126 ? [firstByte, payload.length] : [firstByte, 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Hands `bytes` over in pieces that end at `cuts`, all in one buffer that is used again, as sockets do. */
function pushInPieces(bytes: Buffer, cuts: readonly number[], push: (chunk: Buffer) => void): void {
  const ends = [...new Set(cuts.map(cut => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const shared = Buffer.alloc(bytes.length);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    shared.fill(0xee);
    bytes.copy(shared, 0, from, end);
    push(shared.subarray(0, end - from));
    from = end;
  }
}

const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
const cuts = fc.array(fc.nat({ max: 4_000 }), { maxLength: 20 });

stream('gives the same packets wherever it is cut', () => {
  fc.assert(
    fc.property(payloads, cuts, (sent, at) => {
      const packets = sent.map(bytes => Buffer.from([bytes.length >> 8, bytes.length & 255, ...bytes]));
      const received: number[][] = [];
      const reader = new StreamReader((bytes, start, length) => {
        if (length - start < 2) return incomplete;
        const end = start + 2 + bytes.readUInt16BE(start);
        if (end > length) return incomplete;
        received.push([...bytes.subarray(start + 2, end)]);
        return end;
      });
      pushInPieces(Buffer.concat(packets), at, chunk => reader.push(chunk));
      assert.equal(
        received,
        sent.map(bytes => [...bytes]),
      );
    }),
  );
});

stream('joins the frames of a WebSocket to the bytes they carry, and answers a ping between them', () => {
  fc.assert(
    fc.property(payloads, cuts, (sent, at) => {
      const received: Buffer[] = [];
      const replies: Buffer[] = [];
      const framing = webSocketFraming({
        bytes: chunk => received.push(Buffer.from(chunk)),
        reply: bytes => replies.push(bytes),
      });
      const frames = sent.map(bytes => serverFrame(0x82, Buffer.from(bytes)));
      const ping = serverFrame(0x89, Buffer.from('still there?'));
      pushInPieces(Buffer.concat([...frames, ping]), at, chunk => framing.push(chunk));
      assert.equal(Buffer.concat(received), Buffer.concat(sent));
      assert.is(replies.length, 1);
    }),
  );
});

stream('fails when the WebSocket is closed, telling the reason', () => {
  const framing = webSocketFraming({ bytes: () => undefined, reply: () => undefined });
  const close = serverFrame(0x88, Buffer.concat([Buffer.from([3, 0xe9]), Buffer.from('going away')]));
  assert.throws(() => framing.push(close), /closed: going away/);
});

stream.run();
