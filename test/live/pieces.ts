/** A client that reads an answer in pieces, over multipart/mixed or server-sent events, and tells when each came. */

/** A piece as it came. */
export type Piece = any;

export interface Pieces {
  readonly status: number;
  readonly contentType: string;
  /** The next piece; null when there is none any more. */
  next(): Promise<Piece | null>;
  /** All that are left. */
  rest(): Promise<Piece[]>;
  /** The whole text so far. */
  text(): string;
  /** Leaves without reading on. */
  leave(): Promise<void>;
}

export interface Asked {
  readonly url: string;
  readonly key: string;
  readonly accept: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** Asks, and resolves when the head of the answer is there. */
export async function askInPieces({ url, key, accept, query, variables, headers }: Asked): Promise<Pieces> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key, accept, ...headers },
    body: JSON.stringify({ query, ...(variables !== undefined && { variables }) }),
    signal: leaving.signal,
  });
  const contentType = response.headers.get("content-type") ?? "";
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let all = "";
  let at = 0;
  let hasEnded = false;

  async function readMore(): Promise<void> {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) hasEnded = true;
    else all += value;
  }

  // Both forms have one JSON text to a line, and nothing else that begins so.
  function found(): Piece | null {
    for (;;) {
      const end = hasEnded && !all.includes("\n", at) ? all.length : all.indexOf("\n", at);
      if (end === -1 || at >= all.length) return null;
      const line = all
        .slice(at, end)
        .replace(/^data: /, "")
        .trim();
      at = end + 1;
      if (line.startsWith("{")) return JSON.parse(line);
    }
  }

  async function next(): Promise<Piece | null> {
    for (;;) {
      const piece = found();
      if (piece !== null || hasEnded) return piece;
      await readMore();
    }
  }

  return {
    status: response.status,
    contentType,
    next,
    async rest() {
      const pieces: Piece[] = [];
      for (let piece = await next(); piece !== null; piece = await next()) pieces.push(piece);
      return pieces;
    },
    text: () => all,
    async leave() {
      leaving.abort();
      await reader?.cancel().catch(() => {});
    },
  };
}

/** The one answer that pieces add up to, after the format of August 2022: what a client makes of them. */
export function wholeOf(pieces: readonly Piece[]): any {
  const [first, ...others] = pieces;
  const whole = structuredClone({ data: first.data, errors: first.errors ?? [] });
  for (const { incremental = [] } of others) {
    for (const { path, data, items, errors = [] } of incremental) {
      const place = path.slice(0, items === undefined ? undefined : -1);
      const target = place.reduce((value: any, key: string | number) => value[key], whole.data);
      if (items !== undefined && items !== null) target.splice(path.at(-1), 0, ...items);
      else if (data !== null && data !== undefined) merge(target, data);
      whole.errors.push(...errors);
    }
  }
  return whole;
}

function merge(into: any, from: any): void {
  for (const [key, value] of Object.entries(from)) {
    if (typeof value === "object" && value !== null && typeof into[key] === "object" && into[key] !== null)
      merge(into[key], value);
    else into[key] = value;
  }
}
