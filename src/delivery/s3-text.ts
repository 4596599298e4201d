/** What an S3-compatible service answers in text, read within a limit, and what its answers mean for callers. */
import { Failure } from "../model/errors.ts";
import type { S3Object } from "./s3-client.ts";

// A page of a listing is less than 1 MB; the facts of an export with rows of 100,000 customers are 4 MB.
const maxTextBytes = 33_554_432;
const maxReasonBytes = 65_536;

/** The whole body; throws STORAGE_UNAVAILABLE when it is larger than 32 MB, or breaks off. */
export function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  return readText(body, maxTextBytes);
}

/** Why the service refuses, in its own words: the first 300 letters, or none when they cannot be read. */
export async function reasonOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  return (await readText(body, maxReasonBytes).catch(() => "")).slice(0, 300);
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw refused(`an answer of more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown : unavailable("the answer broke off", thrown);
  }
  return Buffer.concat(chunks).toString();
}

/** One page of a listing: its objects, and whether there are more. */
export function readListing(text: string): {
  readonly objects: readonly S3Object[];
  readonly hasMore: boolean;
} {
  // Keys are ours: they hold no sign that XML would escape.
  const objects = [...text.matchAll(/<Key>([^<]+)<\/Key>[\s\S]*?<Size>(\d+)<\/Size>/g)].map(
    ([, key = "", size]) => ({ key, size: Number(size) }),
  );
  return { objects, hasMore: text.includes("<IsTruncated>true</IsTruncated>") };
}

/** What it will say again, however often it is asked, until somebody changes something. */
export function refused(detail: string): Failure {
  return new Failure("STORAGE_UNAVAILABLE", { detail: `s3: ${detail}`, retryable: false });
}

/** What may be otherwise when it is asked again. */
export function unavailable(detail: string, cause?: unknown): Failure {
  return new Failure("STORAGE_UNAVAILABLE", { detail: `s3: ${detail}`, cause });
}
