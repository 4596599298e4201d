/** The load: one request sent again and again over a few kept connections, by a client so small that the server is what is measured. */
import { connect, type Socket } from "node:net";

/** One request, ready to be sent. */
export interface Shot {
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a client saw. */
export interface Burst {
  /** Microseconds from the first byte sent to the last one received, one for each request. */
  readonly latencies: readonly number[];
  readonly seconds: number;
}

const endOfHead = Buffer.from("\r\n\r\n");
const endOfChunks = Buffer.from("0\r\n\r\n");

/** Sends the request over so many connections at a time until the time is over; throws for any status but 200. */
export async function burst(shot: Shot, connections: number, ms: number): Promise<Burst> {
  const latencies: number[] = [];
  const message = written(shot);
  const begun = performance.now();
  const until = begun + ms;
  await Promise.all(Array.from({ length: connections }, () => one(shot, message, until, latencies)));
  return { latencies, seconds: (performance.now() - begun) / 1_000 };
}

/** The bytes of the request. */
export function written({ url, path, headers, body }: Shot): Buffer {
  const all = { host: new URL(url).host, ...headers, "content-length": String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

function one({ url }: Shot, message: Buffer, until: number, latencies: number[]): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const reader = new Reader();
    let sentAt = 0;
    const send = () => {
      if (performance.now() >= until) {
        socket.destroy();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(message);
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed the connection")));
    socket.on("data", (chunk) => {
      const status = reader.take(chunk);
      if (status === null) return;
      if (status !== 200) {
        socket.destroy();
        reject(new Error(`the server answered ${status}: ${chunk.toString("utf8", 0, 2_000)}`));
        return;
      }
      latencies.push((performance.now() - sentAt) * 1_000);
      send();
    });
  });
}

/** Finds the end of one answer, by its content-length or its last chunk. */
export class Reader {
  private head: Buffer | null = Buffer.alloc(0);
  private status = 0;
  /** Bytes of the body still to come; NaN when it comes in chunks. */
  private left = 0;
  private tail: Buffer = Buffer.alloc(0);

  /** The status when the answer is whole with this piece, else null. */
  take(chunk: Buffer): number | null {
    let piece = chunk;
    if (this.head !== null) {
      const all = this.head.length === 0 ? chunk : Buffer.concat([this.head, chunk]);
      const end = all.indexOf(endOfHead);
      if (end === -1) {
        // The piece may be of a buffer that the next one is read into.
        this.head = Buffer.from(all);
        return null;
      }
      this.readHead(all.toString("latin1", 0, end));
      piece = all.subarray(end + endOfHead.length);
    }
    if (!this.isWholeWith(piece)) return null;
    this.head = Buffer.alloc(0);
    this.tail = this.head;
    return this.status;
  }

  private isWholeWith(piece: Buffer): boolean {
    if (!Number.isNaN(this.left)) return (this.left -= piece.length) === 0;
    this.tail = Buffer.concat([this.tail, piece.subarray(-endOfChunks.length)]).subarray(-endOfChunks.length);
    return this.tail.equals(endOfChunks);
  }

  private readHead(head: string): void {
    this.head = null;
    this.status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.left = length === undefined ? Number.NaN : Number(length);
  }
}
