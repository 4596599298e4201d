/** One request and its answer, over undici's lowest door: request() makes a stream, an AbortSignal and listeners, of which nothing is needed here. */
import type { Dispatcher } from "undici";
import type { EndSignal } from "../model/ending.ts";
import type { UpstreamHead } from "./connection.ts";

type Controller = Dispatcher.DispatchController;

/** A request on its way out. */
export interface Outgoing {
  readonly source: string;
  /** The most of its answer that is held at a time, encoded or decoded. */
  readonly maxBytes: number;
  readonly dispatcher: Dispatcher;
  readonly options: Dispatcher.DispatchOptions;
  /** Ends the exchange, with the signal's reason as what broke it off; it must not outlive the exchange. */
  readonly signal: EndSignal;
  /** Told of the head as soon as it is there. */
  readonly onHead: (head: UpstreamHead) => void;
  /** Keeps the request's place until what it gives is called. */
  readonly keepPlace: () => () => void;
}

/** What becomes of an answer as it arrives. */
export abstract class Exchange<Answer> implements Dispatcher.DispatchHandler {
  protected head: UpstreamHead = { status: 0, headers: {} };
  protected controller: Controller | null = null;
  protected readonly outgoing: Outgoing;
  protected readonly resolve: (answer: Answer) => void;
  protected readonly reject: (thrown: unknown) => void;
  private why: { readonly thrown: unknown } | null = null;
  private isQueued = false;
  private freePlace: (() => void) | null = null;

  constructor(outgoing: Outgoing, resolve: (answer: Answer) => void, reject: (thrown: unknown) => void) {
    this.outgoing = outgoing;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Sends the request; called once. */
  send(): void {
    const { dispatcher, options, signal } = this.outgoing;
    signal.addEventListener("abort", () => this.giveUp(signal.reason));
    if (signal.aborted) this.giveUp(signal.reason);
    else {
      this.isQueued = true;
      dispatcher.dispatch(options, this);
    }
  }

  /** Breaks it off; once its answer is complete, that changes nothing. */
  giveUp(thrown: unknown): void {
    if (this.why !== null) return;
    this.why = { thrown };
    // The pool opens a socket for it all the same.
    if (this.isQueued) this.freePlace = this.outgoing.keepPlace();
    this.broken(thrown);
    this.controller?.abort(asError(thrown));
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    this.dequeued();
    // It waited for a socket for longer than it had.
    if (this.why !== null) controller.abort(asError(this.why.thrown));
  }

  onResponseStart(
    _: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.head = { status, headers: flat(headers) };
    this.outgoing.onHead(this.head);
    this.begun();
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    this.received(chunk);
  }

  onResponseEnd(): void {
    this.ended();
  }

  onResponseError(_: Controller, error: Error): void {
    this.dequeued();
    this.giveUp(error);
  }

  private dequeued(): void {
    this.isQueued = false;
    this.freePlace?.();
    this.freePlace = null;
  }

  /** The head is there; what it throws breaks the exchange off. */
  protected abstract begun(): void;
  protected abstract received(chunk: Buffer): void;
  protected abstract ended(): void;
  protected abstract broken(thrown: unknown): void;
}

// The headers are nobody else's yet; what came more than once is joined.
function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(", ");
  }
  return headers as Record<string, string>;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error("given up", { cause: thrown });
}
