import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTrustedDocuments } from "../../src/server/operations/trusted-documents.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trusted-documents-"));
});
afterAll(() => rm(folder, { recursive: true }));

const text = "query Me { viewer { id } }";
const other = "query Others { customers { nodes { id } } }";
const sha256 = (of: string) => createHash("sha256").update(of).digest("hex");

async function manifest(content: unknown, required = true) {
  const path = join(folder, `${sha256(JSON.stringify(content))}.json`);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return await loadTrustedDocuments({ path, required });
}

describe("a trusted document", () => {
  it.each<[string, () => unknown]>([
    ["GraphQL Code Generator and Relay", () => ({ [sha256(text)]: text, [sha256(other)]: other })],
    [
      "Apollo",
      () => ({
        format: "apollo-persisted-query-manifest",
        version: 1,
        operations: [
          { id: sha256(text), name: "Me", type: "query", body: text },
          { id: sha256(other), name: "Others", type: "query", body: other },
        ],
      }),
    ],
  ])("is found in the manifest of %s by every way of naming it", async (_what, content) => {
    const documents = await manifest(content());

    const found = [
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } },
      { documentId: sha256(text) },
      { documentId: `sha256:${sha256(text)}` },
      { documentId: `SHA256:${sha256(text).toUpperCase()}` },
      { query: text },
    ].map((request) => documents.textOf(request));

    expect(documents.size).toBe(2);
    expect(found).toEqual([text, text, text, text, text]);
  });

  it("is found by a hash in lower case where the manifest has it in upper, and by another id as it is written", async () => {
    const documents = await manifest({ [sha256(text).toUpperCase()]: text, Others: other }, false);

    expect(documents.textOf({ documentId: sha256(text) })).toBe(text);
    expect(documents.textOf({ documentId: "Others" })).toBe(other);
    expect(() => documents.textOf({ documentId: "others" })).toThrow("not known here");
  });

  it("may stand twice in a manifest with the same text", async () => {
    const documents = await manifest(`{ "a": "${text}", "a": "${text}", "sha256:a": "${text}" }`);

    expect(documents.size).toBe(1);
  });

  it("is found in a manifest that begins with a byte order mark", async () => {
    const documents = await manifest(`\uFEFF${JSON.stringify({ Me: text })}`);

    expect(documents.textOf({ documentId: "Me" })).toBe(text);
  });

  it("is found by the id __proto__", async () => {
    const documents = await manifest(`{ "__proto__": "${text}" }`);

    expect(documents.textOf({ documentId: "__proto__" })).toBe(text);
  });

  it("is found in a folder by the hash of its text, with or without the last line break", async () => {
    const path = join(folder, "operations");
    await mkdir(join(path, "deeper.graphql"), { recursive: true });
    await writeFile(join(path, "me.graphql"), `${text}\n`);
    await writeFile(join(path, "deeper.graphql", "others.gql"), other);
    await writeFile(join(path, "README.md"), "no operation");

    const documents = await loadTrustedDocuments({ path, required: true });

    expect(documents.textOf({ documentId: sha256(text) })).toBe(text);
    expect(documents.textOf({ documentId: sha256(`${text}\n`) })).toBe(`${text}\n`);
    expect(documents.textOf({ documentId: sha256(other) })).toBe(other);
  });

  it("runs as it is stored, whatever text was sent beside its id", async () => {
    const documents = await manifest({ [sha256(text)]: text });

    expect(documents.textOf({ documentId: sha256(text), query: "{ sources { id } }" })).toBe(text);
  });
});

describe("where only trusted documents are answered", () => {
  it.each([
    [{ query: "{ sources { id } }" }],
    [{ query: `${text} ` }],
    [{ documentId: sha256("unknown"), query: other }],
    [{ extensions: { persistedQuery: { sha256Hash: sha256(other) } }, query: other }],
    [{ documentId: "__proto__" }],
    [{ documentId: "constructor" }],
    [{ documentId: 7 }],
    [{ extensions: { persistedQuery: null } }],
    [{}],
  ])("%j is refused", async (request) => {
    const documents = await manifest({ [sha256(text)]: text });

    expect(() => documents.textOf(request)).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
  });
});

describe("where they are a shortcut only", () => {
  it("any text runs, and an unknown id without a text is refused", async () => {
    const documents = await manifest({ [sha256(text)]: text }, false);

    expect(documents.textOf({ query: other })).toBe(other);
    expect(documents.textOf({ documentId: sha256(text) })).toBe(text);
    expect(() => documents.textOf({ documentId: sha256(other) })).toThrow(
      "The operation with this id is not known here.",
    );
    expect(() => documents.textOf({})).toThrow("The request has no operation.");
  });
});

describe("a manifest that is none is refused at the start, naming the file:", () => {
  it.each<[string, unknown, RegExp]>([
    ["no JSON", "{", /\.json is neither a folder nor a readable JSON manifest: .* at position 1\.$/],
    ["an id twice", `{ "a": "${text}", "a": "${other}" }`, /\.json .*: Duplicate key 'a' .*\.$/],
    [
      "an id twice, in upper case and in lower",
      { [sha256(text)]: text, [sha256(text).toUpperCase()]: other },
      /\.json has two different operations with the id [0-9A-F]{64}\.$/,
    ],
    [
      "Apollo's with an id twice",
      {
        format: "apollo-persisted-query-manifest",
        version: 1,
        operations: [
          { id: "a", body: text },
          { id: "a", body: other },
        ],
      },
      /\.json has two different operations with the id a\.$/,
    ],
    ["a list", [text], /must be an object of ids and operation texts/],
    ["numbers", { a: 1 }, /must be an object of ids and operation texts/],
    [
      "Apollo's of a later version",
      { format: "apollo-persisted-query-manifest", version: 2, operations: [] },
      /of version 1/,
    ],
    ["a text that is not GraphQL", { a: "SELECT 1" }, /The document a of .*\.json is not GraphQL\.$/],
  ])("%s", async (_what, content, sentence) => {
    await expect(manifest(content)).rejects.toThrow(sentence);
  });

  it("a file that is not there", async () => {
    await expect(loadTrustedDocuments({ path: join(folder, "none"), required: true })).rejects.toThrow(
      /none/,
    );
  });
});
