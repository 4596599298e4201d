import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { deflateRawSync } from "node:zlib";
import { ZipFile } from "yazl";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sortOut } from "../../src/delivery/attachments.ts";
import { matchEntries } from "../../src/delivery/match.ts";
import { openScratch, type Scratch } from "../../src/delivery/scratch.ts";
import { whyNot } from "../../src/delivery/sniff.ts";
import { unzip } from "../../src/delivery/unzip.ts";
import { Failure } from "../../src/model/errors.ts";
import type { FileFormat } from "../../src/model/file.ts";
import type { Invoice } from "../../src/model/invoice.ts";
import { createPace } from "../../src/model/pace.ts";
import { cpuMsOf } from "../support/best-of-three.ts";
import { inChunks, invoiceOf, pdf } from "../support/delivery.ts";

let folder: string;
let scratch: Scratch;
const signal = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "invoicegraph-incoming-"));
  scratch = await openScratch(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const limits = { maxBytes: 1e9, tooLarge: () => new Failure("INTERNAL"), signal };
const write = (bytes: Buffer | string) => scratch.write(inChunks(Buffer.from(bytes)), limits);

// A source whose file nobody takes would be blamed for the silence, and suspended in the end.
it("a file that cannot be written is left by its reader, so that its source is let go", async () => {
  let isLeft = false;
  async function* body() {
    try {
      yield Buffer.from("%PDF-");
    } finally {
      isLeft = true;
    }
  }
  await rm(join(folder, "incoming"), { recursive: true });

  const written = scratch.write(body(), limits);

  await expect(written).rejects.toMatchObject({ code: "ENOENT" });
  expect(isLeft).toBe(true);
});

const attributes = (count: number) => Array.from({ length: count }, (_, n) => `a${n}=""`).join(" ");

describe("a file is what its bytes say", () => {
  const html = "<!DOCTYPE html><html><body>Please sign in</body></html>";
  const utf16 = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from(`<?xml version="1.0"?><a>é</a>`, "utf16le"),
  ]);
  const latin1 = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e9</a>`, "latin1");

  it.each<[FileFormat, string, Buffer | string, string | null]>([
    ["PDF", "a whole PDF", pdf("x"), null],
    ["PDF", "a PDF with a line after its end", Buffer.concat([pdf("x"), Buffer.from("\r\n")]), null],
    ["PDF", "a page of HTML", html, "markup in place of PDF"],
    ["PDF", "a JSON error", `{"errorCode":"GLOBAL_1001"}`, "JSON in place of PDF"],
    ["PDF", "a URL", "blob:http://flo-invoice.storage.flo.int:8080/74c15934", "plain text in place of PDF"],
    ["PDF", "a PDF cut at its half", pdf("x", 9_000).subarray(0, 5_000), "a PDF whose end is missing"],
    ["PDF", "a PDF without its last sign", pdf("x").subarray(0, -2), "a PDF whose end is missing"],
    ["PDF", "HTML before a PDF", Buffer.concat([Buffer.from("<html>"), pdf("x")]), "markup in place of PDF"],
    ["PDF", "nothing", "", "an empty file in place of PDF"],
    ["PDF", "noise", Buffer.from([0, 1, 2, 3, 255, 254]), "bytes of no known type in place of PDF"],
    ["XML", "a document", `<?xml version="1.0"?><Invoice><a/></Invoice>`, null],
    ["XML", "a document without a declaration", "\uFEFF\n<Invoice/>", null],
    ["XML", "a document in UTF-16", utf16, null],
    ["XML", "a document in Latin 1", latin1, null],
    ["XML", "a page of HTML with a DOCTYPE", html, "a document with a DOCTYPE"],
    ["XML", "a page of XHTML", "<html xmlns='x'><body/></html>", "an HTML page"],
    ["XML", "a document cut short", "<Invoice><a>1</a>", "XML that is broken or whose end is missing"],
    ["XML", "an element with 1,000 attributes", `<a ${attributes(1_000)}/>`, null],
    ["XML", "an element with 1,001", `<a><b ${attributes(1_001)}/></a>`, "XML with too many attributes"],
    ["XML", "two elements with 600 each", `<a ${attributes(600)}><b ${attributes(600)}/></a>`, null],
    ["XML", "an error message", "<Error><Code>NoSuchKey</Code></Error>", "an error message"],
    ["XML", "a PDF", pdf("x"), "a PDF in place of XML"],
    ["JSON", "an object", `{"invoiceNumber": "1"}`, null],
    ["JSON", "a problem", `{"type":"x","title":"Not found","incidentId":"1"}`, "an error message"],
    ["JSON", "an error envelope", `{"errorCode":"GLOBAL_1001","content":""}`, "an error message"],
    ["JSON", "an envelope without an error", `{"errorCode":"","content":[]}`, null],
    ["JSON", "an object cut short", `{"a": [1, 2`, "JSON that is broken or whose end is missing"],
    ["JSON", "a page of HTML", html, "markup in place of JSON"],
    ["CSV", "a table", "a;b\r\n1;2\r\n", null],
    ["CSV", "a table in Latin 1", Buffer.from("näme,amount\n\u00e9,1\n", "latin1"), null],
    ["CSV", "a sentence", "Service unavailable, please try again", "plain text in place of CSV"],
    ["CSV", "a page of HTML", html, "markup in place of CSV"],
    ["CSV", "a JSON error", `{"title":"x","detail":"y"}`, "JSON in place of CSV"],
  ])("%s: %s", async (format, _what, bytes, problem) => {
    const file = await write(bytes);

    expect(await whyNot(file, format)).toBe(problem);
  });
});

const options = (format: FileFormat = "PDF") => ({
  scratch,
  source: "flo",
  format,
  maxFileBytes: 50e6,
  signal,
});

describe("an archive from a source", () => {
  const limits = { maxEntries: 100, maxEntryBytes: 50e6, maxTotalBytes: 100e6, maxRatio: 200 };
  const one = invoiceOf("1134");
  const two = invoiceOf("1204");

  it("of a batch gives each invoice the entry that bears its number or its id", async () => {
    const archive = await zipOf({ "Invoice_1134.pdf": pdf("first"), "x/ID-1204 (copy).pdf": pdf("second") });

    const files = await namesAndNumbers(archive, [one, two]);

    expect(files).toEqual([
      [pdf("first").toString(), "1134"],
      [pdf("second").toString(), "1204"],
    ]);
  });

  it("of one invoice gives it every entry of the type asked for, and no other", async () => {
    const archive = await zipOf({
      "a.pdf": pdf("a"),
      "a.xml": Buffer.from("<a/>"),
      "b.pdf": pdf("b"),
      "c.pdf": Buffer.from("<html>"),
    });

    const pdfs = await namesAndNumbers(archive, [one]);
    const xmls = await namesAndNumbers(archive, [one], "XML");

    expect(pdfs).toEqual([
      [pdf("a").toString(), "1134"],
      [pdf("b").toString(), "1134"],
    ]);
    expect(xmls).toEqual([["<a/>", "1134"]]);
  });

  it("with hostile names is read all the same, and writes nowhere but into its scratch", async () => {
    const names = [
      "../../../tmp/evil_1134.pdf",
      "/etc/cron.d/1204.pdf",
      "C:\\x\\y.pdf",
      "a\r\nb.pdf",
      "fdp.\u202Eexe",
      "..",
      "dup.pdf",
      "dup.pdf",
    ];
    const archive = rawZip(names.map((name, n) => ({ name, data: pdf(`${n}`) })));

    const files = await namesAndNumbers(archive, [one, two]);

    expect(files.map(([, number]) => number)).toEqual(["1134", "1204", null, null, null, null, null, null]);
    expect(await readdir(folder)).toEqual(["incoming"]);
    expect((await readdir(join(folder, "incoming"))).every((name) => /^\w+\.\d+\.\w+\.\d+$/.test(name))).toBe(
      true,
    );
  });

  it("that claims to unpack to 4 GB is stopped within a second", async () => {
    const bomb = bombOf(64, 0xffffffff - 1);
    let refused: unknown;

    const cpuMs = await cpuMsOf(async () => {
      refused = await sortOut(await write(bomb), [one], options()).catch((thrown: unknown) => thrown);
    });

    expect(refused).toMatchObject({ code: "FILE_UNAVAILABLE", source: "flo" });
    expect(cpuMs).toBeLessThan(2_000);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });

  it("of 42 kB whose entries all lie on each other and unpack to 4 GB is stopped within a second", async () => {
    const bomb = overlappingBomb();
    let refused: unknown;

    const cpuMs = await cpuMsOf(async () => {
      refused = await sortOut(await write(bomb), [one], options()).catch((thrown: unknown) => thrown);
    });

    expect(bomb.length).toBeLessThan(60_000);
    expect(refused).toMatchObject({ code: "FILE_UNAVAILABLE" });
    expect(cpuMs).toBeLessThan(2_000);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
  });

  it("that understates its entry's size is stopped when the bytes pass it", async () => {
    const liar = rawZip([{ name: "1134.pdf", data: pdf("x", 5_000_000), claimed: 1_000 }]);

    await expect(readAll(liar)).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
  });

  it.each([
    ["cut short", async () => (await zipOf({ "a.pdf": pdf("a", 9_999) })).subarray(0, -30)],
    ["with a wrong checksum", async () => rawZip([{ name: "1134.pdf", data: pdf("x"), crc: 1 }])],
    ["that is encrypted", async () => rawZip([{ name: "1134.pdf", data: pdf("x"), flags: 1 }])],
    [
      "with more entries than allowed",
      async () => rawZip(Array.from({ length: 101 }, (_, n) => ({ name: `${n}`, data: pdf("x") }))),
    ],
    [
      "with bytes after its end",
      async () => Buffer.concat([await zipOf({ "a.pdf": pdf("a") }), Buffer.from("x")]),
    ],
  ])("%s is refused", async (_what, make) => {
    await expect(readAll(await make())).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
  });

  it("leaves no file open, however it ends", async () => {
    const whole = await zipOf({ "a.pdf": pdf("a", 500_000), "b.pdf": pdf("b", 500_000) });
    await readAll(whole);
    const before = await openFiles();

    for (let n = 0; n < 20; n++) {
      await readAll(whole);
      await readAll(bombOf(8, 8 * 1_048_576)).catch(() => {});
      for await (const { body } of unzip((await write(whole)).path, limits))
        for await (const _ of body) break;
    }

    await expect.poll(openFiles).toBeLessThanOrEqual(before + 2);
  });

  async function readAll(archive: Buffer) {
    for await (const { body } of unzip((await write(archive)).path, limits))
      for await (const _ of body) continue;
  }
});

describe("matching entries to invoices", () => {
  const invoices = ["1134", "134", "2026", "07", "INV-9"].map((number) => invoiceOf(number));

  it.each([
    [["1134.pdf"], ["1134"]],
    [["inv_134_a.pdf"], ["134"]],
    [["11345.pdf"], [null]],
    [["1134 credits 134.pdf"], [null]],
    [["2026-07.pdf"], [null]],
    [["ID-2026.pdf"], ["2026"]],
    [
      ["inv-9.pdf", "x.pdf"],
      ["INV-9", null],
    ],
    [
      ["1134.pdf", "1134-copy.pdf", "134.pdf"],
      [null, null, "134"],
    ],
    [
      ["", "..."],
      [null, null],
    ],
  ])("takes %j for %j", async (names, numbers) => {
    const matched = await matchEntries(names, invoices, createPace());

    expect(matched.map((invoice) => invoice?.number ?? null)).toEqual(numbers);
  });

  it("gives a number that two invoices share to neither", async () => {
    const twins = [invoiceOf("555", { key: ["first"] }), invoiceOf("555", { key: ["second"] })];

    expect(await matchEntries(["555.pdf"], twins, createPace())).toEqual([null]);
  });

  it("takes no time for names that are as long as an archive can make them", async () => {
    const names = Array.from({ length: 2_000 }, (_, n) => `${"\ufb01".repeat(21_000)} ${n}`);
    let matched: unknown;

    const cpuMs = await cpuMsOf(async () => {
      const last = [`${"x".repeat(1_019)} 1134`, `${"x".repeat(1_020)} 134.`];
      matched = await matchEntries([...names, ...last], invoices, createPace());
    });

    expect(matched).toEqual([...names.map(() => null), expect.objectContaining({ number: "1134" }), null]);
    expect(cpuMs).toBeLessThan(500);
  });

  it("lets others have their turn, and ends with its signal, where each name nearly holds each number hundreds of times", async () => {
    const names = Array.from({ length: 2_000 }, (_, n) => `${"a".repeat(1_000)}${n}`);
    const same = Array.from({ length: 20 }, (_, n) => invoiceOf("aaa", { key: [`${n}`] }));
    const leaving = new AbortController();
    let turns = 0;
    const turn = () => (++turns < 5 ? setImmediate(turn) : leaving.abort(new Failure("CANCELLED")));
    setImmediate(turn);

    const matching = matchEntries(names, same, createPace(leaving.signal));

    await expect(matching).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

async function namesAndNumbers(archive: Buffer, invoices: readonly Invoice[], format?: FileFormat) {
  const files = await sortOut(await write(archive), invoices, options(format));
  return Promise.all(
    files.map(async ({ file, invoice }) => [await readFile(file.path, "latin1"), invoice?.number ?? null]),
  );
}

async function openFiles(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

async function zipOf(files: Record<string, Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name);
  zip.end();
  return buffer(zip.outputStream);
}

interface RawEntry {
  name: string;
  data: Buffer;
  claimed?: number;
  crc?: number;
  flags?: number;
  /** Bytes that are deflated already. */
  deflated?: Buffer;
  /** Another entry's place. */
  at?: number;
}

/** A zip by hand, which no library would write. */
function rawZip(entries: RawEntry[]): Buffer {
  const { crc32 } = process.getBuiltinModule("node:zlib");
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data, claimed = data.length, crc = crc32(data), flags = 0, deflated, at } of entries) {
    const body = deflated ?? deflateRawSync(data);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags | 0x800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(claimed, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at ?? offset, 10);
    central.push(Buffer.concat([Buffer.from("504b01021400", "hex"), common, tail, nameBytes]));
    if (at === undefined) {
      const local = Buffer.concat([Buffer.from("504b0304", "hex"), common, nameBytes, body]);
      parts.push(local);
      offset += local.length;
    }
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

/** One entry that begins as a PDF and goes on with so many MiB of zeros, claiming whatever it likes. */
function bombOf(mebibytes: number, claimed: number): Buffer {
  const deflated = deflateRawSync(Buffer.alloc(Math.min(mebibytes, 256) * 1_048_576), { level: 9 });
  return rawZip([{ name: "1134.pdf", data: Buffer.alloc(0), claimed, deflated, crc: 0 }]);
}

/** 160 entries over the same 25 kB, each of which unpacks to 25 MB: 4 GB in all. */
function overlappingBomb(): Buffer {
  const data = Buffer.alloc(25_000_000);
  const deflated = deflateRawSync(data, { level: 9 });
  const first = { name: "a", data, deflated };
  return rawZip([first, ...Array.from({ length: 159 }, () => ({ ...first, at: 0 }))]);
}
