/** What a request asks for, read from its URL or its body: the one reader of both, with a sentence for every mistake. */
import type { IncomingMessage } from "node:http";
import { Failure } from "../../model/errors.ts";

/** The parameters of GraphQL over HTTP, and the id of a document known beforehand. */
export interface Params {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly documentId?: string;
}

type Reader = (value: unknown, name: string) => unknown;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["query", textOf],
  ["operationName", textOf],
  ["variables", objectOf],
  ["extensions", objectOf],
  ["documentId", textOf],
]);
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The parameters; those that are null or missing are left out. Throws BAD_INPUT. `body` is null for a GET. */
export function readParams({ url = "" }: Pick<IncomingMessage, "url">, body: Buffer | null): Params {
  return body === null ? read(entriesOfUrl(url)) : readText(decode(body));
}

/** The parameters in a body's text. */
export function readText(text: string): Params {
  return read(entriesOfBody(text));
}

function read(entries: Iterable<readonly [string, unknown]>): Params {
  const params: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    const reader = readers.get(name);
    if (reader === undefined) {
      throw badInput(`A request has only these parameters: ${[...readers.keys()].join(", ")}.`);
    }
    if (Object.hasOwn(params, name)) throw badInput(`The parameter \`${name}\` is given more than once.`);
    if (value !== null && value !== undefined) params[name] = reader(value, name);
  }
  return params;
}

function* entriesOfUrl(url: string): Iterable<readonly [string, unknown]> {
  const at = url.indexOf("?");
  for (const [name, value] of new URLSearchParams(at === -1 ? "" : url.slice(at + 1))) {
    const isJson = readers.get(name) === objectOf;
    if (value === "") continue;
    yield [name, isJson ? parse(value, `The parameter \`${name}\` is not JSON.`) : value];
  }
}

function entriesOfBody(text: string): Iterable<readonly [string, unknown]> {
  if (text === "") throw badInput("The request has no body: send an object with `query`.");
  const json = parse(text, "The request's body is not JSON.");
  if (Array.isArray(json))
    throw badInput("Send one operation in a request: lists of operations are not answered.");
  if (typeof json !== "object" || json === null)
    throw badInput("The request's body must be an object with `query`.");
  return Object.entries(json);
}

/** A body's text. Throws BAD_INPUT. */
export function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw badInput("The request's body is not UTF-8.");
  }
}

function parse(text: string, complaint: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badInput(complaint);
  }
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== "string") throw badInput(`The parameter \`${name}\` must be a string.`);
  return value;
}

function objectOf(value: unknown, name: string): object {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badInput(`The parameter \`${name}\` must be an object.`);
  return value;
}

function badInput(message: string): Failure {
  return new Failure("BAD_INPUT", { message });
}
