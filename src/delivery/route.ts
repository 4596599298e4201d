/** Answers links: GET and HEAD /files/<token>. Whatever is wrong with a link looks the same from outside. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { type ErrorCode, Failure, toFailure } from "../model/errors.ts";
import type { Ledger } from "./ledger.ts";
import type { Link, LinkScope, LinkSigner } from "./link.ts";
import { contentDisposition } from "./names.ts";
import { namesTag, readRange } from "./range.ts";
import type { ByteRange, Store, StoredFile } from "./store.ts";

/** May the viewer of a link still see all these customers (global ids)? Asked on every use. */
export type MayUse = (scope: LinkScope, customers: readonly string[]) => Promise<boolean>;

/** Told for whom a link was made that now handed a file over, wholly or in part. */
export type OnFetched = (scope: LinkScope, file: StoredFile) => void;

/** Answers the request wholly; never throws. */
export type FileRoute = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Where links live. */
export const filesPath = "/files/";

/** What the route needs. */
export interface RouteOptions {
  readonly store: Store;
  readonly links: LinkSigner;
  readonly ledger: Ledger;
  readonly mayUse: MayUse;
  readonly onFetched: OnFetched;
  /** Told what went wrong on our side, for the log. */
  readonly onProblem: (failure: Failure) => void;
}

// A presigned URL serves the one redirect that carries it; it need not outlive it by much.
const presignedSeconds = 60;

/** The handler for all that begins with /files/: 404 for every link that does not work, 405 for other methods, 503 when the store fails. */
export function createFileRoute(options: RouteOptions): FileRoute {
  return async (request, response) => {
    try {
      await answer(request, response, options);
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (!isClientGone(thrown)) options.onProblem(failure);
      if (response.headersSent) response.destroy();
      else refuse(request, response, 503, failure.code, failure.message);
    }
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: RouteOptions,
): Promise<void> {
  const { store, links, ledger, mayUse, onFetched } = options;
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    return refuse(request, response, 405, "BAD_INPUT", "Files are read with GET or HEAD.");
  }
  const link = links.verify(tokenOf(request.url ?? ""));
  const file = link === null ? null : await store.find(link.fileId);
  if (link === null || file === null || file.contentType !== link.contentType)
    return unknown(request, response);
  if (!(await mayUse(link.scope, file.customers))) return unknown(request, response);

  // From here on the link has proved itself: only now may a conditional request learn that it has the file already.
  const range = link.oneTime ? "whole" : askedRange(request, file);
  const tag = tagOf(file);
  for (const [name, value] of headersOf(link, file)) response.setHeader(name, value);
  if (!link.oneTime && namesTag(request.headers["if-none-match"], tag)) return end(response, 304);
  if (range === "none") {
    response.setHeader("content-range", `bytes */${file.size}`);
    return refuse(request, response, 416, "BAD_INPUT", "The range lies outside the file.");
  }
  if (request.method === "HEAD") {
    response.setHeader("content-length", file.size);
    return end(response, 200);
  }
  if (link.oneTime && !(await ledger.claim(link.nonce, link.expiresAt))) return unknown(request, response);
  onFetched(link.scope, file);
  const url = await store.presign({ ...file, fileName: link.fileName }, presignedSeconds);
  if (url !== null) {
    response.removeHeader("content-disposition");
    response.setHeader("location", url);
    return end(response, 303);
  }
  await send(response, store, file, range === "whole" ? undefined : range);
}

async function send(response: ServerResponse, store: Store, file: StoredFile, range: ByteRange | undefined) {
  const body = await store.read(file, range);
  if (body === null)
    throw new Failure("STORAGE_UNAVAILABLE", { detail: `stored file ${file.id} is not whole` });
  if (range !== undefined) {
    response.setHeader("content-range", `bytes ${range.first}-${range.last}/${file.size}`);
  }
  response.setHeader("content-length", range === undefined ? file.size : range.last - range.first + 1);
  response.writeHead(range === undefined ? 200 : 206);
  await pipeline(body, response);
}

// A client that leaves in the middle of a file is nobody's problem.
function isClientGone(thrown: unknown): boolean {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  return code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNRESET" || code === "EPIPE";
}

function tokenOf(url: string): string {
  const [path = ""] = url.split("?", 1);
  return path.startsWith(filesPath) ? path.slice(filesPath.length) : "";
}

function askedRange(request: IncomingMessage, file: StoredFile): ByteRange | "whole" | "none" {
  if (request.method !== "GET") return "whole";
  const condition = request.headers["if-range"];
  // If-Range with a date, or with the tag of other bytes, asks for the whole.
  return condition !== undefined && condition !== tagOf(file)
    ? "whole"
    : readRange(request.headers.range, file.size);
}

function tagOf(file: StoredFile): string {
  return `"${file.sha256}"`;
}

function headersOf(link: Link, file: StoredFile): [string, string][] {
  return [
    ["content-type", link.contentType],
    ["content-disposition", contentDisposition(link.fileName)],
    ["etag", tagOf(file)],
    ["accept-ranges", link.oneTime ? "none" : "bytes"],
    ["cache-control", "private, no-store"],
    ["x-content-type-options", "nosniff"],
    ["content-security-policy", "default-src 'none'; sandbox"],
    ["referrer-policy", "no-referrer"],
  ];
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

function unknown(request: IncomingMessage, response: ServerResponse): void {
  refuse(
    request,
    response,
    404,
    "NOT_FOUND",
    "This link does not work, or does not work any more. Ask for a new one.",
  );
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: ErrorCode,
  message: string,
) {
  const body = Buffer.from(JSON.stringify({ code, message }));
  for (const name of ["content-disposition", "etag", "accept-ranges", "content-length"])
    response.removeHeader(name);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": body.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
