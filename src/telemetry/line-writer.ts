/** Lines to a file descriptor that may be full, slow or gone: a bounded part of them waits, and the work never does. */
import { write, writeSync } from "node:fs";

// Some thousand lines wait for a disk that is full or a reader that is slow.
const mostWaiting = 1_048_576;
const pieceBytes = 16_384;
const busyMs = 10;
const patienceMs = 1_000;
const nothing = Buffer.alloc(0);

// Lines that are written at once.
interface Piece {
  text: string;
  bytes: number;
}

/**
 * Writes lines in their order, in the background. Those that find no room are dropped, and `sayLost` hears how many as
 * soon as there is room again.
 */
export class LineWriter {
  private readonly fd: number;
  private readonly sayLost: (count: number) => void;
  private readonly pieces: Piece[] = [];
  private begun: Buffer = nothing;
  private isAtWork = false;
  private isGone = false;
  private waiting = 0;
  private lost = 0;

  constructor(fd: number, sayLost: (count: number) => void) {
    this.fd = fd;
    this.sayLost = sayLost;
  }

  /** Takes a line with its line break. After an error of the file, such as a full disk, the next line tries again. */
  write(line: string): void {
    if (this.isGone) return;
    const bytes = Buffer.byteLength(line);
    if (this.waiting + bytes > mostWaiting) {
      this.lost += 1;
      return;
    }
    this.waiting += bytes;
    const last = this.pieces.at(-1);
    if (last === undefined || last.bytes + bytes > pieceBytes) this.pieces.push({ text: line, bytes });
    else {
      last.text += line;
      last.bytes += bytes;
    }
    if (!this.isAtWork) this.goOn();
  }

  /**
   * Writes what waits before it returns, for the end of the process: gives up at the first error, and when a reader that
   * is there takes nothing for a second.
   */
  flushSync(): void {
    let until = performance.now() + patienceMs;
    while (this.hasMore()) {
      try {
        const count = writeSync(this.fd, this.begun);
        this.begun = this.begun.subarray(count);
        this.release(count);
        until = performance.now() + patienceMs;
      } catch (thrown) {
        if (!isBusy(thrown) || performance.now() > until) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs);
      }
    }
  }

  private goOn(): void {
    this.isAtWork = this.hasMore();
    if (!this.isAtWork) return;
    const taken = this.begun;
    // A flush meanwhile leaves alone what is being written.
    this.begun = nothing;
    write(this.fd, taken, (error, count) => {
      const rest = error === null ? taken.subarray(count) : taken;
      if (rest.length > 0) this.begun = this.begun.length === 0 ? rest : Buffer.concat([rest, this.begun]);
      if (error === null) {
        this.release(count);
        this.goOn();
      } else if (isBusy(error)) setTimeout(() => this.goOn(), busyMs).unref();
      else {
        this.isAtWork = false;
        this.isGone = error.code === "EPIPE";
      }
    });
  }

  private hasMore(): boolean {
    if (this.begun.length === 0) this.begun = Buffer.from(this.pieces.shift()?.text ?? "");
    return this.begun.length > 0;
  }

  private release(count: number): void {
    this.waiting -= count;
    const { lost } = this;
    if (lost === 0) return;
    this.lost = 0;
    this.sayLost(lost);
    // What was said is a line like any other, and may have found no room.
    if (this.lost > 0) this.lost = lost;
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && (thrown.code === "EAGAIN" || thrown.code === "EBUSY");
}
