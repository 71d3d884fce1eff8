/** Packets encoded in advance, all of one length, written again and again with at most `window` unanswered. */
export class Ring {
  readonly #window: number;
  readonly #packets: number;
  readonly #packetBytes: number;
  readonly #bytes: Buffer;
  readonly #write: (bytes: Buffer) => void;
  #sent = 0;
  #answered = 0;

  /** At least `window` packets, so that no two under way are the same one. */
  constructor(window: number, packets: readonly Buffer[], write: (bytes: Buffer) => void) {
    if (packets.length < window) throw new RangeError('A ring must have a packet for each place of its window');
    this.#window = window;
    this.#packets = packets.length;
    this.#packetBytes = packets[0]!.length;
    if (packets.some(packet => packet.length !== this.#packetBytes)) throw new RangeError('Packets differ in length');
    this.#bytes = Buffer.concat(packets);
    this.#write = write;
  }

  get answered(): number {
    return this.#answered;
  }

  /** One more was acknowledged; throws if that is more than were sent. */
  answer(): void {
    this.#answered += 1;
    if (this.#answered > this.#sent) throw new Error('There were more answers than publishes');
  }

  /** Writes as many as the window and `upTo`, the number of packets in all, allow. */
  fill(upTo: number): void {
    const wanted = Math.min(upTo, this.#answered + this.#window) - this.#sent;
    if (wanted <= 0) return;
    const from = this.#sent % this.#packets;
    const straight = Math.min(wanted, this.#packets - from);
    this.#writePackets(from, from + straight);
    if (wanted > straight) this.#writePackets(0, wanted - straight);
    this.#sent += wanted;
  }

  #writePackets(from: number, to: number): void {
    this.#write(this.#bytes.subarray(from * this.#packetBytes, to * this.#packetBytes));
  }
}
