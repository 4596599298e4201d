/** Operations known beforehand: asked for by the hash of their text, and the only ones answered when so configured. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "graphql";
import { parse as parseJson } from "lossless-json";
import { z } from "zod";
import { Failure } from "../../model/errors.ts";

/** The parts of a GraphQL request that say which operation is meant. */
export interface DocumentRequest {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

/** The operations that are known. */
export interface TrustedDocuments {
  readonly size: number;
  /**
   * The text to run. Throws FORBIDDEN for an operation that is not known where only known ones are answered, and
   * BAD_INPUT when neither a text nor a known id was sent.
   */
  textOf(request: DocumentRequest): string;
}

/** What is set for trusted documents; without it every operation is answered. */
export interface TrustedDocumentsSettings {
  /** A manifest or a folder, as an absolute path. */
  readonly path: string;
  readonly required: boolean;
}

// Apollo: "Persisted queries manifest", format apollo-persisted-query-manifest, version 1.
const apolloManifest = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});
// GraphQL Code Generator's persisted-documents.json and Relay's persistConfig file: id -> text.
// A z.record leaves out the id __proto__, and says nothing.
const plainManifest = z.custom<Readonly<Record<string, string>>>(isPlainManifest);

const sha256Prefix = /^sha256:/i;
const hash = /^[0-9a-f]{32,}$/i;

/**
 * Reads a manifest (of GraphQL Code Generator, Relay or Apollo), or a folder of `.graphql` files with one document each,
 * known by the SHA-256 of their text. Throws an Error whose sentence names the path of what cannot be read.
 */
export async function loadTrustedDocuments(settings: TrustedDocumentsSettings): Promise<TrustedDocuments> {
  const isFolder = (await stat(settings.path)).isDirectory();
  const documents = isFolder ? await readFolder(settings.path) : await readManifest(settings.path);
  const texts = new Set<string>();
  for (const [id, text] of documents) {
    assertGraphQL(text, `The document ${id} of ${settings.path}`);
    texts.add(text);
  }

  return {
    size: texts.size,

    textOf(request) {
      const id = idOf(request);
      const known = id === null ? undefined : documents.get(id);
      if (known !== undefined) return known;
      const text = typeof request.query === "string" ? request.query : null;
      if (text !== null && (!settings.required || texts.has(text))) return text;
      if (settings.required)
        throw new Failure("FORBIDDEN", {
          message: "Only operations that are known beforehand are answered here; this one is not among them.",
        });
      throw new Failure("BAD_INPUT", {
        message:
          id === null ? "The request has no operation." : "The operation with this id is not known here.",
      });
    },
  };
}

async function readFolder(folder: string): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    if (!/\.(?:graphql|gql)$/.test(name)) continue;
    const text = await readFile(join(folder, name), "utf8").catch(nullForFolder);
    if (text === null) continue;
    // Editors end a file with a line break that the client's own text may not have: both hashes are this document.
    for (const form of [text, text.trimEnd()]) documents.set(sha256(form), form);
  }
  return documents;
}

async function readManifest(path: string): Promise<Map<string, string>> {
  let json: unknown;
  try {
    // Unlike JSON.parse, which takes the last of two equal keys, this throws when they differ.
    json = parseJson((await readFile(path, "utf8")).replace(/^\uFEFF/, ""), null, Number);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} is neither a folder nor a readable JSON manifest: ${reason}.`, { cause });
  }
  const apollo = apolloManifest.safeParse(json);
  if (apollo.success)
    return byId(
      apollo.data.operations.map(({ id, body }) => [id, body]),
      path,
    );
  const plain = plainManifest.safeParse(json);
  if (plain.success) return byId(Object.entries(plain.data), path);
  throw new Error(
    `${path} must be an object of ids and operation texts, or an Apollo manifest of version 1.`,
  );
}

function isPlainManifest(json: unknown): boolean {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  return Object.entries(json).every(([id, text]) => id !== "" && typeof text === "string" && text !== "");
}

function byId(entries: readonly (readonly [string, string])[], path: string): Map<string, string> {
  const documents = new Map<string, string>();
  for (const [written, text] of entries) {
    const id = plainId(written);
    const other = documents.get(id);
    if (other !== undefined && other !== text)
      throw new Error(`${path} has two different operations with the id ${written}.`);
    documents.set(id, text);
  }
  return documents;
}

function nullForFolder(thrown: unknown): null {
  if (thrown instanceof Error && "code" in thrown && thrown.code === "EISDIR") return null;
  throw thrown;
}

// Apollo's clients send extensions.persistedQuery.sha256Hash; documentId is that of the GraphQL-over-HTTP draft, where
// a hash may be written as sha256:….
function idOf({ documentId, extensions }: DocumentRequest): string | null {
  const id = documentId ?? ownValue(ownValue(extensions, "persistedQuery"), "sha256Hash");
  return typeof id === "string" && id !== "" ? plainId(id) : null;
}

// Tools write hashes in lower case or in upper; other ids are as they are.
function plainId(written: string): string {
  const id = written.replace(sha256Prefix, "");
  return hash.test(id) ? id.toLowerCase() : id;
}

function ownValue(holder: unknown, key: string): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Readonly<Record<string, unknown>>)[key];
}

function assertGraphQL(text: string, what: string): void {
  try {
    parse(text, { noLocation: true });
  } catch (cause) {
    throw new Error(`${what} is not GraphQL.`, { cause });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
