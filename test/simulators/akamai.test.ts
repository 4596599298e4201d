/** The simulated Akamai is as strict as the real one. Requests are signed here by hand, from the document. */
import { createHmac, randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { type AkamaiOptions, startAkamai } from "../../src/simulators/akamai/index.ts";
import type { RunningSimulator } from "../../src/simulators/simulator.ts";
import { createWorld } from "../../src/simulators/world.ts";

const world = createWorld({ today: "2026-03-15" });
let simulator: RunningSimulator;
afterEach(() => simulator.close());

async function start(options: AkamaiOptions = {}): Promise<void> {
  simulator = await startAkamai(world, options);
}

interface Proof {
  skewMs?: number;
  nonce?: string;
  secret?: string;
  signedTarget?: string;
}

function authorization(target: string, proof: Proof = {}): string {
  const { skewMs = 0, nonce = randomUUID(), signedTarget = target } = proof;
  const { clientToken, accessToken, clientSecret, signingHost } = simulator.source as Record<string, string>;
  const at = new Date(Date.now() + skewMs).toISOString();
  const timestamp = `${at.slice(0, 19).replaceAll("-", "")}+0000`;
  const unsigned = `EG1-HMAC-SHA256 client_token=${clientToken};access_token=${accessToken};timestamp=${timestamp};nonce=${nonce};`;
  const data = `GET\thttps\t${signingHost}\t${signedTarget}\t\t\t${unsigned}`;
  const key = createHmac("sha256", proof.secret ?? clientSecret!)
    .update(timestamp)
    .digest("base64");
  return `${unsigned}signature=${createHmac("sha256", key).update(data).digest("base64")}`;
}

async function get(path: string, accept = "*/*", proof?: Proof) {
  const target = `/invoicing-api/v4${path}`;
  const headers = { accept, authorization: authorization(target, proof) };
  const response = await fetch(simulator.url + target, { headers });
  const body = Buffer.from(await response.arrayBuffer());
  const { status } = response;
  return { status, headers: response.headers, text: body.toString("latin1"), body };
}

const month = "/contracts/C-1ABC234/invoices?month=2026-01";
const [fact] = world.akamai.invoices("C-1ABC234", "2026-01");
const download = `/contracts/C-1ABC234/invoices/${fact!.invoiceId}/download`;

test("takes a good signature and tells the rate limit on every answer", async () => {
  await start();

  const first = await get(month);
  const second = await get(month, "*/*", { secret: "wrong" });

  expect([first.status, second.status]).toEqual([200, 401]);
  expect(first.headers.get("x-ratelimit-limit")).toBe("500");
  expect(first.headers.get("x-ratelimit-remaining")).toBe("499");
  expect(second.headers.get("x-ratelimit-remaining")).toBe("498");
});

test.each([
  ["a wrong secret", { secret: "wrong" }, 401, "The signature does not match"],
  ["another query than was signed", { signedTarget: `${month}x` }, 401, "The signature does not match"],
  ["a timestamp too old", { skewMs: -32_000 }, 400, "Invalid timestamp"],
  ["a timestamp from the future", { skewMs: 60_000 }, 400, "Invalid timestamp"],
])("refuses %s at the gateway", async (_name, proof, status, detail) => {
  await start();

  const answer = await get(month, "*/*", proof);

  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(JSON.parse(answer.text)).toMatchObject({ status, detail, method: "GET" });
});

test("takes a nonce once", async () => {
  await start();

  const first = await get(month, "*/*", { nonce: "n-1" });
  const second = await get(month, "*/*", { nonce: "n-1" });

  expect(first.status).toBe(200);
  expect(JSON.parse(second.text)).toMatchObject({ status: 400, detail: "Duplicate nonce" });
});

test("refuses a request without a signature", async () => {
  await start();

  const response = await fetch(`${simulator.url}/invoicing-api/v4${month}`);

  expect(response.status).toBe(400);
});

test.each([
  ["/contracts/C-1ABC234/invoices", 400],
  ["/contracts/C-1ABC234/invoices?month=2026-13", 400],
  ["/contracts/C-1ABC234/invoices?month=2016-03", 400],
  ["/contracts/C-OTHER/invoices?month=2026-01", 403],
  ["/contracts/C-1ABC234", 404],
  ["/contracts/C-1ABC234/invoices/1/download", 404],
  [`${download}?sourceType=OTHER`, 400],
])("answers %s with the API's problem %i", async (path, status) => {
  await start();

  const answer = await get(path);

  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({
    type: expect.stringMatching(/^\/billing\/error-types\/\d+$/),
    incidentId: expect.any(String),
    errors: [{ title: expect.any(String) }],
  });
});

test("an empty month is 204, or [] where the quirk says so", async () => {
  await start();
  const none = await get("/contracts/C-1QQQ000/invoices?month=2026-01");
  await simulator.close();
  await start({ quirks: ["emptyArray"] });
  const empty = await get("/contracts/C-1QQQ000/invoices?month=2026-01");

  expect([none.status, none.text, empty.status, empty.text]).toEqual([204, "", 200, "[]"]);
});

test("the account's list holds every contract's invoices", async () => {
  await start();

  const { text } = await get("/invoices?month=2026-01");

  const items = JSON.parse(text) as { invoiceId: number }[];
  expect(items.map(({ invoiceId }) => invoiceId)).toEqual(
    world.akamai.invoicesOfAccount("2026-01").map(({ invoiceId }) => invoiceId),
  );
});

test("asks for the accountSwitchKey where one is needed", async () => {
  await start({ accountSwitchKey: "K" });

  const without = await get(month);
  const withKey = await get(`${month}&accountSwitchKey=K`);

  expect([without.status, withKey.status]).toEqual([403, 200]);
  expect(simulator.source["accountSwitchKey"]).toBe("K");
});

test("a PDF has a cross-reference table whose offsets are right, and the number in it", async () => {
  await start();

  const { text, headers } = await get(download, "application/pdf");

  const start_ = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  expect(headers.get("content-type")).toBe("application/pdf");
  expect(text.slice(start_, start_ + 7)).toBe("xref\n0 ");
  const offsets = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
  expect(offsets).toHaveLength(6);
  for (const [index, offset] of offsets.entries()) {
    expect(text.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
  }
  expect(text).toContain(`(INVOICE ${fact!.invoiceId}) Tj`);
  const [, length, stream] = /\/Length (\d+) >>\nstream\n([^]*)\nendstream/.exec(text) ?? [];
  expect(stream).toHaveLength(Number(length));
});

test.each([
  ["application/pdf", "REGULAR", 200],
  ["text/csv", "REGULAR", 200],
  ["application/json", "REGULAR", 200],
  ["application/xml", "REGULAR", 406],
  ["text/csv", "COMPUTE", 200],
  ["application/pdf", "COMPUTE", 406],
])("a download of %s %s is %i", async (accept, sourceType, status) => {
  await start();

  const answer = await get(`${download}?sourceType=${sourceType}`, accept);

  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe(status === 200 ? accept : "application/problem+json");
});

test("COMPUTE has nothing for an invoice without it", async () => {
  await start();
  const [other] = world.akamai.invoices("C-1ABC235", "2026-01");

  const path = `/contracts/C-1ABC235/invoices/${other!.invoiceId}/download?sourceType=COMPUTE`;
  const { status } = await get(path, "text/csv");

  expect(status).toBe(204);
});

test("COMPUTE is listed from February 2024", async () => {
  const older = createWorld({ today: "2024-06-15" });
  simulator = await startAkamai(older);

  const before = await get("/contracts/C-1ABC234/invoices?month=2024-01");
  const after = await get("/contracts/C-1ABC234/invoices?month=2024-02");

  expect(before.text).not.toContain("COMPUTE");
  expect(after.text).toContain('"sourceType":"COMPUTE"');
});

test("amounts keep their digits in JSON, and other methods than GET are refused", async () => {
  await start();

  const { text } = await get(month);
  const target = `/invoicing-api/v4${month}`;
  const posted = await fetch(simulator.url + target, {
    method: "POST",
    headers: { authorization: authorization(target) },
  });

  expect(text).toContain(`"invoiceTotal":${fact!.total}`);
  // The signature covers the method, so the gateway is the first to see it.
  expect(posted.status).toBe(401);
});
