/** Files in a download's answer: however it is cut into chunks, escaped, ordered or wrong. */
import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAttachments } from "../../../src/sources/flolive/attachments.ts";
import { accountOf, ask, bytesOf, call, failureOf, filesOf, simulated } from "./flolive.ts";

interface Outcome {
  files: (Buffer | string)[];
  /** The code with which the whole answer failed. */
  failed: string | null;
}

/** Reads every file of an answer that arrives in these chunks; a file that fails is its code. */
async function read(chunks: Iterable<Uint8Array>, status = 200): Promise<Outcome> {
  const files: (Buffer | string)[] = [];
  async function* body() {
    yield* chunks;
  }
  try {
    for await (const file of readAttachments({ status, headers: {}, body: body() }, "sim")) {
      files.push(await bytesOf({ body: file }).catch((thrown: { code: string }) => thrown.code));
    }
  } catch (thrown) {
    return { files, failed: (thrown as { code: string }).code };
  }
  return { files, failed: null };
}

async function* aShortFileAndALongOne() {
  yield Buffer.from('{"content":[{"attachmentData":"QUJD"},{"attachmentData":"');
  for (let at = 0; at < 10_000; at++) yield Buffer.from("QUJD".repeat(16_384));
}

const readText = (text: string, status?: number) => read([Buffer.from(text)], status);

/** The text's bytes, cut at these places. */
function cutAt(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((cut, at) => bytes.subarray(cuts[at], cut));
}

/** Base64 as an upstream may write it in JSON. */
function written(file: Buffer, how: { prefix: string; lines: boolean; escapes: boolean }): string {
  const base64 = file.toString("base64");
  const lined = how.lines ? base64.replace(/.{1,7}/g, "$& \\r\\n\\t") : base64;
  const escaped = how.escapes
    ? lined.replaceAll("/", "\\/").replaceAll("+", "\\u002b").replaceAll("A", "\\u0041")
    : lined;
  return `"${how.prefix}${escaped}"`;
}

const entry = (data: string) => `{"errorCode":"","content":[{"attachmentData":${data}}],"pageable":null}`;

describe("chunk boundaries", () => {
  const howWritten = fc.record({
    prefix: fc.constantFrom("", "data:;base64,", "data:application\\/pdf;base64,", " \\n data:x/y ;base64, "),
    lines: fc.boolean(),
    escapes: fc.boolean(),
  });

  test("files come out whole, wherever the answer is cut", async () => {
    const some = fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 900 }), howWritten), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(some, fc.array(fc.nat(), { maxLength: 40 }), async (given, places) => {
        const entries = given.map(
          ([file, how]) => `{"note":"a\\"}]","attachmentData":${written(Buffer.from(file), how)}}`,
        );
        const text = `{"errorCode":null,"content" : [${entries.join(" , ")}],"pageable":{"page":0,"x":[1.5e3,true,{}]}}\n`;

        const outcome = await read(cutAt(text, places));

        expect(outcome.failed).toBeNull();
        expect(outcome.files).toEqual(given.map(([file]) => Buffer.from(file)));
      }),
      { numRuns: 300 },
    );
  });

  test("one byte at a time gives the same", async () => {
    const file = randomBytes(700);
    const text = entry(written(file, { prefix: "data:a/b;base64,", lines: true, escapes: true }));

    const outcome = await read(Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte)));

    expect(outcome).toEqual({ files: [file], failed: null });
  });

  test("a refusal fails the file, wherever it stands and wherever the answer is cut", async () => {
    const file = '"content":[{"attachmentData":"QUJD"}]';
    const nak = '"errorCode":"CUSTOMER_1040","errorMessage":"ID\\s invalid"';
    const answers = [
      `{${nak},${file}}`,
      `{${file},${nak}}`,
      `{"bulk":[{"errorCode":""},{${nak}}],${file}}`,
      `{"content":[{"attachmentData":"QUJD",${nak}}]}`,
      `{${file},"ERRORCODE":"CUSTOMER_1040"}`,
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...answers),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (text, places) => {
          const outcome = await read(cutAt(text, places));

          expect(outcome.failed).toBe("INVOICE_NOT_FOUND");
          expect(outcome.files.every((each) => each === "INVOICE_NOT_FOUND")).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("an answer cut short at any byte delivers no file as whole", async () => {
    const text = entry('"QUJD"');
    const outcomes: Outcome[] = [];

    for (let length = 0; length < text.length; length++) outcomes.push(await readText(text.slice(0, length)));

    expect(outcomes.map(({ failed }) => failed)).toEqual(outcomes.map(() => "SOURCE_BAD_RESPONSE"));
    expect(outcomes.flatMap(({ files }) => files).some(Buffer.isBuffer)).toBe(false);
  });
});

describe("what is no file", () => {
  test.each([
    "blob:http://flo-invoice.storage.flo.int:8080/74c15934",
    "http://169.254.169.254/latest",
    "https:\\/\\/a.example\\/x.pdf",
    " \\n HTTPS://a.example",
    "file:///etc/passwd",
    "ftp://a",
    "java\\nscript:alert(1)",
    "\\u0068ttp://a",
    `http://${"a".repeat(500)}`,
  ])("an address (%s) is FILE_UNAVAILABLE", async (address) => {
    const outcome = await readText(entry(`"${address}"`));

    expect(outcome).toEqual({ files: ["FILE_UNAVAILABLE"], failed: null });
  });

  test.each(['""', '" \\n "', "null", '"data:application/pdf;base64,"'])(
    "%s is FILE_UNAVAILABLE",
    async (data) => {
      const outcome = await readText(entry(data));

      expect(outcome).toEqual({ files: ["FILE_UNAVAILABLE"], failed: null });
    },
  );

  test.each([
    ['"content":[]', 200],
    ['"content":""', 200],
    ['"content":null', 200],
    ['"content":[{}]', 200],
    ['"pageable":null', 200],
  ])("a success with %s has no file", async (body, status) => {
    const outcome = await readText(`{"errorCode":"",${body}}`, status);

    expect(outcome).toEqual({ files: [], failed: "FILE_UNAVAILABLE" });
  });

  test.each([
    ["a bad character", "QUJD!A=="],
    ["the URL alphabet", "QU-_"],
    ["no padding where it is due", "QUI"],
    ["a lone character", "QUJDQ"],
    ["too much padding", "QUJDQ==="],
    ["padding alone", "===="],
    ["padding in the middle", "QUI=QUJD"],
    ["padding in the middle, and three more", "QUI=QUI"],
    ["padding before a digit", "QQ=A"],
    ["bits left over under the padding", "QUJ="],
    ["an escape that JSON does not have", "QU\\xJD"],
    ["a letter beyond ASCII", "QUJä"],
    ["the same, escaped", "QUJ\\u00e4"],
    ["a data: URL that is not base64", "data:text/plain,hello"],
    ["a data: prefix longer than any", `data:${"a".repeat(300)};base64,QUJD`],
    ["a bad character far behind", `${"QUJD".repeat(1000)}*QUJD`],
  ])("%s is SOURCE_BAD_RESPONSE", async (_name, data) => {
    const outcome = await readText(entry(`"${data}"`));

    expect(outcome).toEqual({ files: ["SOURCE_BAD_RESPONSE"], failed: null });
  });

  test("a file that is bad leaves the others good", async () => {
    const outcome = await readText(
      '{"content":[{"attachmentData":"blob:http://a"},{"attachmentData":"*"},{"attachmentData":"QUJD"},{"attachmentData":null}]}',
    );

    expect(outcome).toEqual({
      files: ["FILE_UNAVAILABLE", "SOURCE_BAD_RESPONSE", Buffer.from("ABC"), "FILE_UNAVAILABLE"],
      failed: null,
    });
  });

  test.each([
    "[]",
    '"text"',
    "7",
    "<html></html>",
    "",
    "  ",
    '{"content":[{"attachmentData":7}]}',
    '{"content":[{"attachmentData":true}]}',
    '{"content":[{"attachmentData":{}}]}',
    '{"content":[{"attachmentData":["QUJD"]}]}',
    '{"content":[],}',
    '{"content":[{}]]}',
    '{"content":[1 2]}',
    '{"a":01}',
    '{"a":nul}',
    "{a:1}",
    '{"a" 1}',
    '{"a":"\\u00zz"}',
    '{"a":,"b":1}',
    "{} {}",
    `${'{"a":'.repeat(70)}1${"}".repeat(70)}`,
  ])("%s is not the documented JSON", async (text) => {
    const outcome = await readText(text);

    expect(outcome).toEqual({ files: [], failed: "SOURCE_BAD_RESPONSE" });
  });

  test.each(['" ', '"\\n', '{"a":"x'])("an endless run of nothing (%j) is stopped", async (begin) => {
    let sent = 0;
    function* endless() {
      yield Buffer.from(`{"content":[{"attachmentData":`);
      if (begin.startsWith("{")) yield Buffer.from("null},");
      yield Buffer.from(begin);
      const more = Buffer.from(
        begin.slice(-1) === "n" ? "\\n".repeat(32_768) : begin.slice(-1).repeat(65_536),
      );
      for (; sent < 1_000; sent++)
        yield begin.endsWith("n") ? Buffer.concat([Buffer.from("n"), more.subarray(0, -1)]) : more;
    }

    const outcome = await read(endless());

    expect(outcome.failed).toBe("SOURCE_TOO_LARGE");
    expect(sent).toBeLessThan(20);
  });
});

describe("files of a source", () => {
  const acme = accountOf("acme");

  test("a batch is one request, and its files may be of any of its invoices", async () => {
    const { simulator, source } = await simulated();
    const batch = (await ask(source, acme)).invoices.slice(0, 3);
    simulator.clearLog();

    const found = [];
    for await (const { invoices, body } of source.files!.fetch(batch, "PDF", call())) {
      found.push({ invoices, head: (await bytesOf({ body })).toString("latin1", 0, 2) });
    }

    expect(found).toEqual([{ invoices: batch, head: "PK" }]);
    expect(simulator.log.map(({ method, path }) => [method, path])).toEqual([
      ["POST", `/api/v2/customer/${acme}/download-invoices`],
    ]);
  });

  test("PDF and XML are on offer for each invoice of this source, and nothing else", async () => {
    const { source } = await simulated();
    const [invoice] = (await ask(source, acme)).invoices;

    const offered = (["PDF", "XML", "CSV", "JSON", "UBL"] as const).filter((format) =>
      source.files!.offers(invoice!, format),
    );

    expect(offered).toEqual(["PDF", "XML"]);
    expect(invoice?.files.map(({ format }) => format)).toEqual(["PDF", "XML"]);
    expect(source.files!.offers({ ...invoice!, source: "other" }, "PDF")).toBe(false);
    expect(source.files!.maxBatch).toBe(20);
  });

  test("leaving after the first file closes the transfer", async () => {
    const { simulator, source } = await simulated();
    const [invoice] = (await ask(source, acme)).invoices;
    simulator.setFault({ kind: "answer", body: aShortFileAndALongOne() });

    for await (const { body } of source.files!.fetch([invoice!], "PDF", call())) {
      await bytesOf({ body });
      break;
    }

    await expect.poll(() => simulator.log[1]?.closedEarlyByClient).toBe(true);
  });

  test("a file that nobody read is passed over", async () => {
    const { source } = await simulated({ files: "both" });
    const [invoice] = (await ask(source, acme)).invoices;

    const heads = [];
    let at = 0;
    for await (const { body } of source.files!.fetch([invoice!], "PDF", call())) {
      if (at++ > 0) heads.push((await bytesOf({ body })).toString("latin1", 0, 5));
    }

    expect(heads).toEqual(["<?xml"]);
  });

  test("a connection that breaks in the middle of a file fails that file", async () => {
    const { simulator, source } = await simulated();
    const [invoice] = (await ask(source, acme)).invoices;
    simulator.setFault({ kind: "truncate", match: "download" });

    const failure = await failureOf(filesOf(source, [invoice!]));

    expect(failure).toMatchObject({ code: "SOURCE_DISCONNECTED", source: "sim" });
  });

  test("no invoices are no request", async () => {
    const { simulator, source } = await simulated();

    const files = await filesOf(source, []);

    expect(files).toEqual([]);
    expect(simulator.log).toHaveLength(0);
  });
});
