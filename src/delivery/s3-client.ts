/** The five requests that an S3-compatible service is asked, signed by aws4fetch and sent by undici. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { AwsV4Signer } from "aws4fetch";
import { type Dispatcher, errors, Pool } from "undici";
import { Failure } from "../model/errors.ts";
import type { S3Config } from "./config.ts";
import { readListing, reasonOf, refused, textOf, unavailable } from "./s3-text.ts";
import type { ScratchFile } from "./scratch.ts";
import type { ByteRange } from "./store.ts";

/** One object of a listing. */
export interface S3Object {
  readonly key: string;
  readonly size: number;
}

/** Throws STORAGE_UNAVAILABLE for every answer that is not the one hoped for. */
export interface S3Client {
  putText(key: string, text: string, contentType: string): Promise<void>;
  putFile(key: string, file: ScratchFile, contentType: string): Promise<void>;
  /** Null when there is no such object. */
  getText(key: string): Promise<string | null>;
  get(key: string, range?: ByteRange): Promise<Readable | null>;
  remove(key: string): Promise<void>;
  /** All objects whose keys begin so, oldest keys first. */
  list(prefix: string): AsyncIterable<S3Object>;
  presign(key: string, seconds: number, query: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

interface S3Request {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for every attempt. */
  readonly body?: () => Readable | string;
  /** Of small answers: ends all attempts and the reading. */
  readonly signal?: AbortSignal;
}

const attempts = 3;
const connectWithinMs = 5_000;
// Between two pieces of a file, either way.
const stalledMs = 30_000;

/**
 * A client over a pool of its own; each request is tried up to three times, but not again when the service was silent. `answerWithinMs`
 * is for the head of a file and for a refusal's text, and for all attempts and the whole answer of what is small.
 */
export function createS3Client(config: S3Config, answerWithinMs = 10_000): S3Client {
  const base = baseUrl(config);
  const pool = new Pool(base.origin, {
    connections: 32,
    connect: { timeout: connectWithinMs },
    bodyTimeout: stalledMs,
  });
  const cache = new Map<string, ArrayBuffer>();
  const credentials = {
    accessKeyId: config.accessKeyId,
    secretAccessKey: config.secretAccessKey.reveal(),
    ...(config.sessionToken === undefined ? {} : { sessionToken: config.sessionToken.reveal() }),
    region: config.region,
    service: "s3",
    cache,
  };

  function urlOf(key: string, query: Readonly<Record<string, string>> = {}): URL {
    const url = new URL(base);
    url.pathname = `${base.pathname.replace(/\/+$/, "")}/${key}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async function sendOnce({ method, key, query, headers, body, signal }: S3Request) {
    const signer = new AwsV4Signer({
      ...credentials,
      method,
      url: urlOf(key, query).href,
      headers: { ...headers },
    });
    const signed = await signer.sign();
    const sent = body?.() ?? null;
    return pool.request({
      method,
      path: `${signed.url.pathname}${signed.url.search}`,
      headers: Object.fromEntries(signed.headers),
      body: sent,
      // What is sent in pieces is answered when the last one has come.
      headersTimeout: sent instanceof Readable ? stalledMs : answerWithinMs,
      ...(signal !== undefined && { signal }),
    });
  }

  async function send(request: S3Request) {
    for (let attempt = 1; ; attempt++) {
      const answer = await sendOnce(request).catch((cause: unknown) => unavailable("no answer", cause));
      if (answer instanceof Failure) {
        const wasSilent = answer.cause instanceof errors.HeadersTimeoutError || request.signal?.aborted;
        if (wasSilent === true || attempt === attempts) throw answer;
      } else {
        if (answer.statusCode < 300 || answer.statusCode === 404) return answer;
        const text = await within(answer.body, reasonOf);
        if (answer.statusCode < 500 && answer.statusCode !== 429)
          throw refused(`HTTP ${answer.statusCode} ${text}`);
        if (attempt === attempts) throw unavailable(`HTTP ${answer.statusCode} ${text}`);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** attempt));
    }
  }

  // What comes letter by letter is not silent, and would be read for ever.
  async function within<T>(body: Dispatcher.ResponseData["body"], read: (all: typeof body) => Promise<T>) {
    const timer = setTimeout(() => body.destroy(), answerWithinMs);
    return read(body).finally(() => clearTimeout(timer));
  }

  async function done(request: S3Request): Promise<void> {
    const answer = await send(request);
    await within(answer.body, (body) => body.dump());
    if (answer.statusCode === 404 && request.method === "PUT") throw refused("no such bucket");
  }

  async function found(request: S3Request) {
    const answer = await send(request);
    if (answer.statusCode !== 404) return answer.body;
    await within(answer.body, (body) => body.dump());
    return null;
  }

  function small(request: S3Request): S3Request {
    return { ...request, signal: AbortSignal.timeout(answerWithinMs) };
  }

  return {
    putText: (key, text, contentType) =>
      done(small({ method: "PUT", key, headers: { "content-type": contentType }, body: () => text })),

    putFile: (key, file, contentType) =>
      done({
        method: "PUT",
        key,
        // The service compares the hash with what arrives: a damaged upload is refused, not stored.
        headers: {
          "content-type": contentType,
          "content-length": String(file.size),
          "x-amz-content-sha256": file.sha256,
        },
        body: () => createReadStream(file.path),
      }),

    async getText(key) {
      const body = await found(small({ method: "GET", key }));
      return body === null ? null : textOf(body);
    },

    get: (key, range) =>
      found({
        method: "GET",
        key,
        ...(range === undefined ? {} : { headers: { range: `bytes=${range.first}-${range.last}` } }),
      }),

    remove: (key) => done(small({ method: "DELETE", key })),

    async *list(prefix) {
      let after = "";
      for (;;) {
        const query = { "list-type": "2", prefix, ...(after === "" ? {} : { "start-after": after }) };
        const page = await found(small({ method: "GET", key: "", query }));
        if (page === null) throw refused("no such bucket");
        const { objects, hasMore } = readListing(await textOf(page));
        yield* objects;
        const last = objects.at(-1)?.key ?? "";
        if (last === "" || !hasMore) return;
        // Without end it would be listed by a service that knows nothing of start-after.
        if (last === after) throw refused("its listing does not go on");
        after = last;
      }
    },

    async presign(key, seconds, query) {
      const url = urlOf(key, { ...query, "X-Amz-Expires": String(seconds) }).href;
      const signer = new AwsV4Signer({ ...credentials, method: "GET", url, signQuery: true });
      // A space in a query is "+" to a browser's form and "%20" to S3.
      return (await signer.sign()).url.href.replaceAll("+", "%20");
    },

    async close() {
      await pool.destroy();
    },
  };
}

function baseUrl({ endpoint, bucket, pathStyle }: S3Config): URL {
  const url = new URL(endpoint);
  if (pathStyle) url.pathname = `${url.pathname.replace(/\/+$/, "")}/${bucket}/`;
  else url.hostname = `${bucket}.${url.hostname}`;
  return url;
}
