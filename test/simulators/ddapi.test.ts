/** The simulated DDAPI answers as an ASP.NET Web API does. */
import { afterEach, expect, test } from "vitest";
import { type DdapiSimulator, startDdapi } from "../../src/simulators/ddapi/index.ts";
import { negotiate } from "../../src/simulators/ddapi/negotiate.ts";
import type { DdapiSimulatorOptions } from "../../src/simulators/ddapi/options.ts";
import { createWorld } from "../../src/simulators/world.ts";

const open: DdapiSimulator[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((simulator) => simulator.close()));
});

async function start(options: DdapiSimulatorOptions = {}): Promise<DdapiSimulator> {
  const simulator = await startDdapi(createWorld({ today: "2026-06-15" }), {
    auth: { scheme: "none" },
    ...options,
  });
  open.push(simulator);
  return simulator;
}

test.each([
  [undefined, "application/json"],
  ["*/*", "application/json"],
  ["application/xml", "application/xml"],
  ["text/xml;q=0.5, text/json;q=0.6", "text/json"],
  ["application/json;q=0, application/xml", "application/xml"],
  ["text/*", "text/json"],
  ["image/png", "application/json"],
])("Accept %s is answered with %s", (accept, expected) => {
  expect(negotiate(accept, false)).toBe(expected);
});

test("Without its JSON formatter it answers XML whatever is accepted", () => {
  expect(negotiate("application/json", true)).toBe("application/xml");
  expect(negotiate("text/xml", true)).toBe("text/xml");
});

test("JSON has the document's thirteen keys, XML has them in alphabetical order with i:nil for null", async () => {
  const { url } = await start();
  const path = `${url}/api/customers/invoice?customerNumber=4101`;

  const json = (await (await fetch(path)).json()) as object;
  const xml = await (await fetch(path, { headers: { accept: "application/xml" } })).text();

  const names = [...xml.matchAll(/<([A-Z]\w+)[ />]/g)].slice(1).map((match) => match[1]);
  expect(Object.keys(json)).toHaveLength(13);
  expect(names.filter((name) => name !== undefined)).toEqual(Object.keys(json).toSorted());
  expect(xml).toContain('<InvoiceTypeId i:nil="true"/>');
  expect(xml).toContain("<InvoiceRecipientCustomerNumber>4100</InvoiceRecipientCustomerNumber>");
});

test.each([
  ["?customerNumber=abc", "The value 'abc' is not valid for Int32."],
  ["?customerNumber=3000000000", "The value '3000000000' is not valid for Int32."],
  ["", "A value is required."],
])("The query %j is a 400 with its ModelState", async (query, problem) => {
  const { url } = await start();

  const response = await fetch(`${url}/api/customers/invoice${query}`);

  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    Message: "The request is invalid.",
    ModelState: { customerNumber: [problem] },
  });
});

test("Unknown routes are 404, other methods 405, and unknown callers 401 before all else", async () => {
  const { url } = await start({ auth: { scheme: "basic", username: "a", password: "b" } });
  const headers = { authorization: `Basic ${Buffer.from("a:b").toString("base64")}` };
  const status = async (path: string, init: RequestInit) => (await fetch(url + path, init)).status;

  expect(await status("/api/nothing", {})).toBe(401);
  expect(await status("/api/nothing", { headers })).toBe(404);
  expect(await status("/API/Customers/Invoice?CustomerNumber=4100", { headers })).toBe(200);
  expect(await status("/api/customers/invoice?customerNumber=4100", { headers, method: "POST" })).toBe(405);
});

test("Digits of rates are sent as they are kept", async () => {
  const { url } = await start();

  const text = await (await fetch(`${url}/api/Currencies/1`)).text();

  expect(text).toContain('"RoundingAmount":1.00');
});
