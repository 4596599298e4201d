/** The second tier: answers kept outside of this process, sealed, compressed, and believed only when they are exactly what was asked for. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { type Codec, invoiceShape } from "./codec.ts";
import { createQueue } from "./queue.ts";
import type { Kept } from "./kept.ts";
import type { Scope } from "./scope.ts";

/** The port to a store that replicas share. Any of them may reject: then the store is out of reach. */
export interface ByteStore {
  get(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer, lifeMs: number): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Answers that replicas share. Never rejects: whatever goes wrong is a miss. */
export interface SecondTier {
  get<T>(scope: Scope, key: string, codec: Codec<T>): Promise<Kept<T> | null>;
  set<T>(scope: Scope, key: string, kept: Kept<T>, lifeMs: number, codec: Codec<T>): Promise<void>;
  delete(scope: Scope, key: string): Promise<void>;
}

export interface SecondTierOptions {
  readonly store: ByteStore;
  /** Of an answer's upstream body; what is larger stays in the process. */
  readonly maxBytes: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told of values that are not ours. */
  readonly onForeign: (key: string) => void;
}

interface Head {
  readonly key: string;
  readonly fetchedAt: number;
  readonly bytes: number;
}

// Raised when the same upstream answer comes to mean something else, so that releases side by side do not mix.
const version = 1;
const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
// One question to all sources brings some hundred answers at once: they are written a few at a time.
const writersAtOnce = 4;
const maxWaiting = 4_000;
const maxSkewMs = 300_000;
// An answer of ours is up to four times its upstream body, measured; a bomb is more.
const textPerBodyByte = 8;

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** A second tier in that store. */
export function createSecondTier({ store, maxBytes, now, onForeign }: SecondTierOptions): SecondTier {
  const writes = createQueue(writersAtOnce, maxWaiting);

  return {
    async get(scope, key, codec) {
      const place = placeOf(scope, key);
      const value = await store.get(place).catch(() => null);
      if (value === null) return null;
      try {
        return await open(value, scope, place, key, codec);
      } catch {
        onForeign(place);
        return null;
      }
    },

    async set(scope, key, { value, fetchedAt, bytes }, lifeMs, codec) {
      if (bytes > maxBytes || lifeMs < 1) return;
      await writes.add(async () => {
        const place = placeOf(scope, key);
        const lines = [JSON.stringify({ key, fetchedAt, bytes } satisfies Head)];
        for await (const line of codec.write(value)) lines.push(line);
        const packed = await compress(Buffer.from(lines.join("\n")), {
          params: { [constants.BROTLI_PARAM_QUALITY]: 2 },
        });
        await store.set(place, seal(scope, place, packed), Math.ceil(lifeMs));
      });
    },

    async delete(scope, key) {
      await store.delete(placeOf(scope, key)).catch(() => {});
    },
  };

  async function open<T>(
    value: Buffer,
    scope: Scope,
    place: string,
    key: string,
    codec: Codec<T>,
  ): Promise<Kept<T>> {
    const text = await decompress(unseal(scope, place, value), {
      maxOutputLength: maxBytes * textPerBodyByte,
    });
    const [first = "", ...lines] = text.toString("utf8").split("\n");
    const head = JSON.parse(first) as Head;
    if (head.key !== key || head.fetchedAt > now() + maxSkewMs) throw new Error("another answer");
    return { value: await codec.read(lines), fetchedAt: Math.min(head.fetchedAt, now()), bytes: head.bytes };
  }
}

// The key's own words (accounts, ids) stay here.
function placeOf(scope: Scope, key: string): string {
  const digest = createHmac("sha256", scope.sealKey)
    .update(`${version} ${invoiceShape} ${key}`)
    .digest("base64url");
  return `answer:${scope.id}:${digest}`;
}

// Encrypted, because invoices are nobody's business but the sources' and ours; bound to its place, so that it is a value nowhere else.
function seal(scope: Scope, place: string, packed: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, keyOf(scope, place), nonce);
  const body = Buffer.concat([sealing.update(packed), sealing.final()]);
  return Buffer.concat([nonce, sealing.getAuthTag(), body]);
}

/** Throws when it was not sealed by us for this place. */
function unseal(scope: Scope, place: string, value: Buffer): Buffer {
  const body = nonceBytes + tagBytes;
  const opening = createDecipheriv(cipher, keyOf(scope, place), value.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  opening.setAuthTag(value.subarray(nonceBytes, body));
  return Buffer.concat([opening.update(value.subarray(body)), opening.final()]);
}

// A key for each place: no key is used often enough for two random nonces to meet.
function keyOf(scope: Scope, place: string): Buffer {
  return createHmac("sha256", scope.sealKey).update(place).digest();
}
