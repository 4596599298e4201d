/** More load than a server can take, over many connections: a client that makes no garbage while it sends, so that only the server is judged. */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Reader, type Shot, written } from "./client.ts";

/** What became of one request. */
export interface Answered {
  readonly status: number;
  /** When it was due, in milliseconds since the load began. */
  readonly atMs: number;
  /** How much later the client asked it: a client that is late is no fault of the service. */
  readonly lateMs: number;
  /** From then on, the wait for a connection included. */
  readonly tookMs: number;
}

/** A load of one request, asked again and again. */
export interface Flood {
  /** So many clients, each with one request after the other, for so long. */
  closedLoop(clients: number, ms: number): Promise<Answered[]>;
  /** So many requests a second, whatever becomes of those before, for so long. */
  openLoop(perSecond: number, ms: number): Promise<Answered[]>;
  /** Closes all connections. */
  close(): void;
}

type Told = (status: number) => void;

/** Opens so many connections first: as behind a load balancer, they are there before the load is. */
export async function openFlood(shot: Shot, connections: number): Promise<Flood> {
  const { hostname, port } = new URL(shot.url);
  const message = written(shot);
  // Connections without a request, and requests without a connection.
  const idle: ((told: Told) => void)[] = [];
  const waiting: Told[] = [];
  const ends: (() => void)[] = [];
  let isClosed = false;
  // One for all: memory for each piece of each answer would have the garbage of this process collected while it should send.
  const buffer = Buffer.alloc(65_536);

  // Nothing but a socket and the end of an answer: what the client works is taken from what it can send.
  function open(): void {
    const reader = new Reader();
    let tell: Told | null = null;
    const free = () => {
      const next = waiting.shift();
      if (next === undefined) idle.push(send);
      else send(next);
    };
    const take = (size: number) => {
      const status = reader.take(buffer.subarray(0, size));
      // Unasked: the service's word to a connection that it closes because it brought no request for long.
      if (status === null || tell === null) return true;
      tell(status);
      tell = null;
      free();
      return true;
    };
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: { buffer, callback: take },
    });
    const send = (told: Told) => {
      tell = told;
      socket.write(message);
    };
    socket.on("connect", free);
    socket.on("error", () => {});
    socket.on("close", () => {
      tell?.(0);
      const place = idle.indexOf(send);
      if (place !== -1) idle.splice(place, 1);
      if (!isClosed) open();
    });
    ends.push(() => socket.destroy());
  }

  // By the connection that has rested longest: the service closes what has brought no request for ten seconds.
  function ask(told: Told): void {
    const send = idle.shift();
    if (send === undefined) waiting.push(told);
    else send(told);
  }

  async function closedLoop(clients: number, ms: number): Promise<Answered[]> {
    const seen = new Seen(20 * ms);
    const beganAt = performance.now();
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (performance.now() < beganAt + ms)
          await new Promise<void>((isOver) => ask(seen.add(beganAt, performance.now(), isOver)));
      }),
    );
    return seen.answers();
  }

  async function openLoop(perSecond: number, ms: number): Promise<Answered[]> {
    const most = Math.ceil((perSecond * ms) / 1_000);
    const seen = new Seen(most);
    if (most === 0) return [];
    let left = most;
    let end = () => {};
    const over = new Promise<void>((resolve) => (end = resolve));
    const isOver = () => {
      left -= 1;
      if (left === 0) end();
    };
    const beganAt = performance.now();
    for (let sent = 0; sent < most;) {
      const due = Math.min(most, Math.floor(((performance.now() - beganAt) * perSecond) / 1_000));
      for (; sent < due; sent++) ask(seen.add(beganAt, beganAt + (sent * 1_000) / perSecond, isOver));
      await sleep(1);
    }
    await over;
    return seen.answers();
  }

  for (let n = 0; n < connections; n++) open();
  while (idle.length < connections) await sleep(10);
  return {
    closedLoop,
    openLoop,
    close() {
      isClosed = true;
      for (const end of ends) end();
    },
  };
}

/** What became of so many requests at most, in numbers that have their places before the first is sent: no garbage, as above. */
class Seen {
  private readonly numbers: Float64Array;
  private count = 0;

  constructor(most: number) {
    this.numbers = new Float64Array(4 * most);
  }

  /** One more, which was due then and is asked now; tells when it is over. */
  add(beganAt: number, dueAt: number, isOver: () => void): Told {
    const askedAt = performance.now();
    return (status) => {
      const at = 4 * this.count++;
      this.numbers[at] = status;
      this.numbers[at + 1] = dueAt - beganAt;
      this.numbers[at + 2] = askedAt - dueAt;
      this.numbers[at + 3] = performance.now() - askedAt;
      isOver();
    };
  }

  answers(): Answered[] {
    return Array.from({ length: this.count }, (_, n) => {
      const [status = 0, atMs = 0, lateMs = 0, tookMs = 0] = this.numbers.subarray(4 * n, 4 * n + 4);
      return { status, atMs, lateMs, tookMs };
    });
  }
}
