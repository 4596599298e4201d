import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { startV6, type V6Simulator } from "../../../src/simulators/v6/index.ts";
import { customerServiceKey, type V6SimulatorOptions } from "../../../src/simulators/v6/options.ts";
import { createWorld, type WorldOptions } from "../../../src/simulators/world.ts";

let simulator: V6Simulator | undefined;

afterEach(async () => {
  await simulator?.close();
  simulator = undefined;
});

async function start(options: V6SimulatorOptions = {}, world: WorldOptions = {}): Promise<string> {
  simulator = await startV6(createWorld({ today: "2026-11-22", ...world }), options);
  return simulator.source.url;
}

async function get(
  url: string,
  headers: Record<string, string> = { authorization: `ApiKey ${customerServiceKey}` },
) {
  const { statusCode, body } = await request(url, { headers });
  const text = await body.text();
  return { status: statusCode, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

describe("A simulated V6", () => {
  it.each(["", "Bearer v6-customer-service-key", "ApiKey", "v6-customer-service-key"])(
    "refuses the credentials %o",
    async (authorization) => {
      const url = await start();

      const { status, json } = await get(`${url}/ping`, { authorization });

      expect(status).toBe(401);
      expect(json()).toMatchObject({
        httpStatusCode: 401,
        msg: expect.stringContaining("Cannot find API key"),
      });
    },
  );

  it("takes the scheme in any case, and refuses unknown, expired and disabled keys", async () => {
    const keys = [
      { key: "good", role: "CUSTOMER_SERVICE" },
      { key: "old", role: "CUSTOMER_SERVICE", state: "expired" },
      { key: "off", role: "CUSTOMER_SERVICE", state: "disabled" },
    ] as const;
    const url = await start({ keys });

    const statuses = await Promise.all(
      ["ApiKey good", "apikey good", "APIKEY good", "ApiKey GOOD", "ApiKey old", "ApiKey off"].map(
        async (authorization) => (await get(`${url}/ping`, { authorization })).status,
      ),
    );

    expect(statuses).toEqual([200, 200, 200, 401, 401, 401]);
  });

  it.each<[string, string[]]>([
    [
      "",
      [
        "fromDate - required field - must exist and must not be empty",
        "toDate - required field - must exist and must not be empty",
      ],
    ],
    [
      "?fromDate=2018-01-24&toDate=31022018",
      [
        "fromDate - invalid date format - must be ddMMyyyy",
        "toDate - invalid date format - must be ddMMyyyy",
      ],
    ],
    [
      "?fromDate=24012018&toDate=24012018",
      ["fromDate, toDate - invalid date range - fromDate data has to be before toDate"],
    ],
    ["?fromDate=24012018&toDate=25012018&page=1", ["page - unrecognized field - must be removed"]],
  ])("answers 400 with the violations of the query %o", async (query, violations) => {
    const url = await start();

    const { status, json } = await get(`${url}/invoices${query}`);

    expect(status).toBe(400);
    expect(json()).toEqual({ httpStatusCode: 400, msg: "Bad Request", violations });
  });

  it("answers 404, 405 and 406 in the same shape", async () => {
    const url = await start();
    const authorization = `ApiKey ${customerServiceKey}`;

    const missing = await get(`${url}/invoices/LT001`);
    const notAcceptable = await get(`${url}/ping`, { authorization, accept: "text/csv" });
    const posted = await request(`${url}/ping`, { method: "POST", headers: { authorization } });
    await posted.body.dump();

    expect(missing.json()).toEqual({ httpStatusCode: 404, msg: "Not Found" });
    expect([missing.status, posted.statusCode, notAcceptable.status]).toEqual([404, 405, 406]);
  });

  it("lists by the day of creation, both days included, with only what is known", async () => {
    const url = await start();
    const world = createWorld({ today: "2026-11-22" });

    const { json } = await get(`${url}/invoices?fromDate=01102026&toDate=31102026`);
    const listed = json() as unknown as { invoiceNo: string; dueDate?: string }[];
    const created = world.v6.invoicesCreatedBetween("2026-10-01", "2026-10-31");

    expect(listed.map((each) => each.invoiceNo)).toEqual(created.map((fact) => fact.number));
    expect(listed.filter((each) => "dueDate" in each)).toHaveLength(
      created.filter((fact) => fact.dueOn !== null).length,
    );
    expect(created.some((fact) => fact.dueOn === null)).toBe(true);
  });

  it("breaks its JSON as the document does, when told", async () => {
    const url = await start();
    simulator?.setQuirks({ trailingCommas: true, brokenErrors: true });

    const list = await get(`${url}/invoices?fromDate=01102026&toDate=31102026`);
    const error = await get(`${url}/invoices`);

    expect(list.text).toMatch(/,\s*\}/);
    expect(list.json).toThrow(SyntaxError);
    expect(error.status).toBe(400);
    expect(error.text).toContain("400,, ");
    expect(error.json).toThrow(SyntaxError);
  });

  it("streams 100,000 invoices of 3 lines in place of building one text", async () => {
    const url = await start({}, { v6InvoicesInMonth: { month: "2026-10", count: 100_000 } });
    // The facts come first, so that only the writing is measured.
    await get(`${url}/invoices?fromDate=01102026&toDate=02102026`);
    const { body, headers } = await request(`${url}/invoices?fromDate=01102026&toDate=31102026`, {
      headers: { authorization: `ApiKey ${customerServiceKey}` },
    });
    let bytes = 0;
    let numbers = 0;

    for await (const chunk of body) {
      const piece = chunk as Buffer;
      bytes += piece.length;
      numbers += piece.toString("latin1").split('"fileType"').length - 1;
    }

    expect(bytes).toBeGreaterThan(40_000_000);
    expect(headers).toMatchObject({ "transfer-encoding": "chunked" });
    expect(headers).not.toHaveProperty("content-length");
    expect(numbers).toBeGreaterThan(99_000);
  });
});
