/** An answer that is read whole: collected as it arrives, decoded, and counted after decoding, so that a small compressed answer cannot become a huge one. */
import type { Transform } from "node:stream";
import type { Dispatcher } from "undici";
import type { EndSignal } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import { decoderOf } from "./body.ts";
import type { UpstreamHead, UpstreamReply } from "./connection.ts";

export interface WholeLimits {
  /** For errors. */
  readonly source: string;
  /** The largest body, encoded or decoded. */
  readonly maxBytes: number;
  /** Told of the head as soon as it is there. */
  readonly onHead: (head: UpstreamHead) => void;
}

/** Sends a request. Rejects with what broke it off; with SOURCE_TOO_LARGE as soon as the body passes the cap. */
export function askWhole(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  limits: WholeLimits,
  signal: EndSignal,
): Promise<UpstreamReply> {
  return new Promise((resolve, reject) => {
    const answer = new WholeAnswer(limits, resolve, reject);
    // Nobody takes this listener away: the signal lives no longer than the exchange.
    signal.addEventListener("abort", () => answer.giveUp(signal.reason));
    if (signal.aborted) answer.giveUp(signal.reason);
    else dispatcher.dispatch(options, answer);
  });
}

// A handler of our own: request() makes a stream, and listeners for it, of which nothing is needed here.
class WholeAnswer implements Dispatcher.DispatchHandler {
  private readonly limits: WholeLimits;
  private readonly resolve: (reply: UpstreamReply) => void;
  private readonly reject: (thrown: unknown) => void;
  private controller: Dispatcher.DispatchController | null = null;
  private head: UpstreamHead = { status: 0, headers: {} };
  private decoder: Transform | null = null;
  private readonly chunks: Buffer[] = [];
  private received = 0;
  private size = 0;
  private why: { readonly thrown: unknown } | null = null;

  constructor(
    limits: WholeLimits,
    resolve: (reply: UpstreamReply) => void,
    reject: (thrown: unknown) => void,
  ) {
    this.limits = limits;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Ends the exchange. What comes after the end of the answer changes nothing. */
  giveUp(thrown: unknown): void {
    if (this.why !== null) return;
    this.why = { thrown };
    this.reject(thrown);
    this.decoder?.destroy();
    this.controller?.abort(asError(thrown));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It waited for a socket for longer than it had.
    if (this.why !== null) controller.abort(asError(this.why.thrown));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.head = { status, headers: flat(headers) };
    this.limits.onHead(this.head);
    this.decoder = decoderOf(this.head.headers);
    if (this.decoder === null) return;
    this.decoder.on("data", (chunk: Buffer) => this.take(chunk));
    this.decoder.on("end", () => this.finish());
    this.decoder.on("error", (error) => this.giveUp(error));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.decoder === null) return this.take(chunk);
    // Not waited for when it is slow: what waits for it is counted, too.
    this.received += chunk.length;
    if (this.received > this.limits.maxBytes) this.giveUp(this.tooLarge());
    else this.decoder.write(chunk);
  }

  onResponseEnd(): void {
    if (this.decoder === null) this.finish();
    else this.decoder.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.giveUp(error);
  }

  private take(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.limits.maxBytes) this.giveUp(this.tooLarge());
    else this.chunks.push(chunk);
  }

  private finish(): void {
    const [first] = this.chunks;
    const body =
      first !== undefined && this.chunks.length === 1 ? first : Buffer.concat(this.chunks, this.size);
    this.resolve({ status: this.head.status, headers: this.head.headers, body });
  }

  private tooLarge(): Failure {
    const { source, maxBytes } = this.limits;
    return new Failure("SOURCE_TOO_LARGE", {
      source,
      message: `${source} sent more than ${maxBytes} bytes.`,
    });
  }
}

type Headers = Record<string, string | string[] | undefined>;

/** Headers with one text each, those that came more than once joined. */
export function flat(headers: Headers): Record<string, string> {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(", ");
  }
  return headers as Record<string, string>;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error("given up", { cause: thrown });
}
