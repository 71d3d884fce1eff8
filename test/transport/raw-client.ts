import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { auth } from './rig.js';

const headEnd = '\r\n\r\n';

/** A WebSocket client that does nothing by itself: it answers no ping, and reads only what it is told to. */
export class RawClient {
  readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      [
        'GET /ws HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        `Authorization: Basic ${Buffer.from(auth).toString('base64')}`,
      ].join('\r\n') + headEnd,
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    if (!head.toString().endsWith(headEnd)) throw new Error(`unexpected answer: ${head}`);
    socket.pause();
    return new RawClient(socket);
  }

  /** Reads on until so many bytes have come in all, or the socket ends. */
  async read(bytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= bytes) break;
    }
    return Buffer.concat(chunks);
  }

  /** Sends a frame, masked with zeros. */
  send(opcode: number, payload: string | Buffer): void {
    const bytes = Buffer.from(payload);
    if (bytes.length > 125) throw new Error('only short frames');
    this.socket.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]));
  }
}
