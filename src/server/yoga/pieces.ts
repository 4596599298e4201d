/** Writes what comes one after the other, pieces of an answer or events, in the form that the client reads. */
import type { ServerResponse } from "node:http";

/**
 * SSE: text/event-stream in the "distinct connections mode" of GraphQL over SSE, for pieces and events.
 * MULTIPART: multipart/mixed, one part for each piece.
 * MULTIPART_EVENTS: multipart/mixed as Apollo's clients read subscriptions, each event within `payload`.
 */
export type Form = "SSE" | "MULTIPART" | "MULTIPART_EVENTS";

interface Writing {
  readonly contentType: string;
  readonly start: string;
  of(json: string): string;
  /** Nothing new, but still here. Null: this form has no word for it. */
  readonly alive: string | null;
  readonly end: string;
}

// The boundary follows each part at once: readers take a part as complete when they see it.
const part = (json: string) => `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n---`;

const writings: Readonly<Record<Form, Writing>> = {
  SSE: {
    contentType: "text/event-stream; charset=utf-8",
    start: ":\n\n",
    of: (json) => `event: next\ndata: ${json}\n\n`,
    alive: ":\n\n",
    end: "event: complete\ndata:\n\n",
  },
  MULTIPART: {
    contentType: 'multipart/mixed; boundary="-"; deferSpec=20220824',
    start: "\r\n---",
    of: part,
    alive: null,
    end: "--\r\n",
  },
  MULTIPART_EVENTS: {
    contentType: 'multipart/mixed; boundary="-"; subscriptionSpec=1.0',
    start: "\r\n---",
    of: (json) => part(`{"payload":${json}}`),
    alive: part("{}"),
    end: "--\r\n",
  },
};

/** The form that an Accept header asks for by name, for pieces or for events; null when it names none. */
export function formOf(accept: string | undefined, what: "pieces" | "events"): Form | null {
  const types = new Set(
    (accept ?? "")
      .toLowerCase()
      .split(",")
      .map((range) => range.split(";", 1)[0]?.trim()),
  );
  if (types.has("text/event-stream")) return "SSE";
  if (!types.has("multipart/mixed")) return null;
  return what === "events" ? "MULTIPART_EVENTS" : "MULTIPART";
}

/**
 * Writes everything and ends the response. The next thing is asked for only when the one before has left this process, and
 * none any more when the client has left. `aliveMs` is how often a silent stream shows that it lives.
 */
export async function sendPieces(
  response: ServerResponse,
  things: AsyncIterable<unknown>,
  form: Form,
  aliveMs: number,
): Promise<void> {
  const { contentType, start, of, alive, end } = writings[form];
  const iterator = things[Symbol.asyncIterator]();
  // nginx, and what is built on it, collects an answer before it passes it on, unless it is told.
  response.writeHead(200, { "content-type": contentType, "x-accel-buffering": "no" });
  const timer = setInterval(() => {
    if (alive !== null && response.writableLength === 0 && !response.destroyed) response.write(alive);
  }, aliveMs);
  try {
    if (response.destroyed) return;
    let isTaken = response.write(start);
    for (;;) {
      if (!isTaken && (await unlessLeft(response, drained(response))) === null) return;
      const next = await unlessLeft(response, iterator.next());
      if (next === null || response.destroyed) return;
      if (next.done === true) break;
      isTaken = response.write(of(JSON.stringify(next.value)));
    }
    response.end(end);
  } finally {
    clearInterval(timer);
    // Not waited for: it may be at work for a client that has left.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

// Not a race against one promise for the whole stream: that would keep whatever was sent until the client leaves.
function unlessLeft<T>(response: ServerResponse, coming: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const leave = () => resolve(null);
    if (response.destroyed) leave();
    else response.once("close", leave);
    coming.then(resolve, reject).finally(() => response.off("close", leave));
  });
}

function drained(response: ServerResponse): Promise<true> {
  return new Promise((resolve) => response.once("drain", () => resolve(true)));
}
