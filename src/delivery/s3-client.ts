/** The five requests that an S3-compatible service is asked, signed by aws4fetch and sent by undici. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { AwsV4Signer } from "aws4fetch";
import { Pool } from "undici";
import { Failure } from "../model/errors.ts";
import type { S3Config } from "./config.ts";
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
}

const attempts = 3;
const timeouts = { connect: 5_000, headers: 30_000, body: 30_000 };

/** A client over a pool of its own; each request is tried up to three times. */
export function createS3Client(config: S3Config): S3Client {
  const base = baseUrl(config);
  const pool = new Pool(base.origin, {
    connections: 32,
    connect: { timeout: timeouts.connect },
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
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

  async function sendOnce({ method, key, query, headers, body }: S3Request) {
    const signer = new AwsV4Signer({
      ...credentials,
      method,
      url: urlOf(key, query).href,
      headers: { ...headers },
    });
    const signed = await signer.sign();
    return pool.request({
      method,
      path: `${signed.url.pathname}${signed.url.search}`,
      headers: Object.fromEntries(signed.headers),
      body: body?.() ?? null,
    });
  }

  async function send(request: S3Request) {
    for (let attempt = 1; ; attempt++) {
      const answer = await sendOnce(request).catch((cause: unknown) => unavailable("no answer", cause));
      if (answer instanceof Failure) {
        if (attempt === attempts) throw answer;
      } else {
        if (answer.statusCode < 300 || answer.statusCode === 404) return answer;
        const text = (await answer.body.text().catch(() => "")).slice(0, 300);
        if (answer.statusCode < 500 && answer.statusCode !== 429)
          throw refused(`HTTP ${answer.statusCode} ${text}`);
        if (attempt === attempts) throw unavailable(`HTTP ${answer.statusCode} ${text}`);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** attempt));
    }
  }

  async function done(request: S3Request): Promise<void> {
    const answer = await send(request);
    await answer.body.dump();
    if (answer.statusCode === 404 && request.method === "PUT") throw refused("no such bucket");
  }

  async function found(request: S3Request) {
    const answer = await send(request);
    if (answer.statusCode !== 404) return answer.body;
    await answer.body.dump();
    return null;
  }

  return {
    putText: (key, text, contentType) =>
      done({ method: "PUT", key, headers: { "content-type": contentType }, body: () => text }),

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
      const body = await found({ method: "GET", key });
      return body === null ? null : textOf(body);
    },

    get: (key, range) =>
      found({
        method: "GET",
        key,
        ...(range === undefined ? {} : { headers: { range: `bytes=${range.first}-${range.last}` } }),
      }),

    remove: (key) => done({ method: "DELETE", key }),

    async *list(prefix) {
      let after = "";
      for (;;) {
        const query = { "list-type": "2", prefix, ...(after === "" ? {} : { "start-after": after }) };
        const page = await found({ method: "GET", key: "", query });
        if (page === null) throw refused("no such bucket");
        const text = await textOf(page);
        // Keys are ours: they hold no sign that XML would escape.
        const objects = [...text.matchAll(/<Key>([^<]+)<\/Key>[\s\S]*?<Size>(\d+)<\/Size>/g)].map(
          ([, key = "", size]) => ({ key, size: Number(size) }),
        );
        yield* objects;
        const last = objects.at(-1)?.key ?? "";
        if (last === "" || !text.includes("<IsTruncated>true</IsTruncated>")) return;
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

async function textOf(body: { text(): Promise<string> }): Promise<string> {
  return body.text().catch((cause: unknown) => {
    throw unavailable("the answer broke off", cause);
  });
}

// What it will say again, however often it is asked, until somebody changes something.
function refused(detail: string): Failure {
  return new Failure("STORAGE_UNAVAILABLE", { detail: `s3: ${detail}`, retryable: false });
}

function unavailable(detail: string, cause?: unknown): Failure {
  return new Failure("STORAGE_UNAVAILABLE", { detail: `s3: ${detail}`, cause });
}
