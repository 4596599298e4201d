/** The floLIVE source against its simulator: requests counted, credentials, pages, refusals. */
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { Invoice } from "../../../src/model/invoice.ts";
import { refuseWith } from "../../../src/simulators/flolive/envelope.ts";
import { apiUrl, flolive } from "../../../src/sources/flolive/index.ts";
import {
  accountOf,
  answered,
  ask,
  call,
  failureOf,
  questionOf,
  simulated,
  sourceFor,
  world,
} from "./flolive.ts";

const acme = accountOf("acme");

/** A list of 25 invoices by id, in pages of 10, however the server is asked. */
function pageOf(page: number, from = page * 10, length = 10) {
  const content = Array.from({ length: Math.min(length, 25 - from) }, (_, at) => ({ id: `i${from + at}` }));
  return { errorCode: "", content, pageable: { page, size: 10, totalPages: 3, totalElements: 25 } };
}

function parse(extra: object) {
  return flolive.config.safeParse({ kind: "flolive", url: "https://a.example", token: "canary", ...extra });
}

describe("questions", () => {
  test("there is one for each account, whatever the range", () => {
    const source = sourceFor({ url: "http://127.0.0.1:1", token: "t" });

    const questions = source.invoices!.questions([acme, "b", acme], { from: "2020-01-01", to: "2024-06-30" });

    expect(questions).toEqual([
      { key: acme, account: acme, month: null, covers: null },
      { key: "b", account: "b", month: null, covers: null },
    ]);
  });

  test("an invoice's place names its account's question; a place of another source or shape names none", () => {
    const source = sourceFor({ url: "http://127.0.0.1:1", token: "t" });
    const ask = (place: { source: string; account: string; key: string[] }) =>
      source.invoices!.questionFor(place);

    expect(ask({ source: "sim", account: acme, key: ["x"] })?.key).toBe(acme);
    expect(ask({ source: "other", account: acme, key: ["x"] })).toBeNull();
    expect(ask({ source: "sim", account: "C-1", key: ["x"] })).toBeNull();
    expect(ask({ source: "sim", account: acme, key: ["x", "y"] })).toBeNull();
    expect(ask({ source: "sim", account: acme, key: [""] })).toBeNull();
  });
});

describe("pages", () => {
  test("a list of one page costs one request", async () => {
    const { simulator, source } = await simulated();

    const { invoices, fetchedAt } = await ask(source, acme);

    expect(invoices).toHaveLength(12);
    expect(fetchedAt).toBe("2024-06-20T12:00:00.000Z");
    expect(simulator.log.map(({ path, query }) => `${path}?${query}`)).toEqual([
      `/api/v2/customer/${acme}/invoices?page=0&size=100`,
    ]);
  });

  test("after the first page all others are asked for side by side, and stand in their order", async () => {
    const { simulator, source } = await simulated({ maxPageSize: 2 });

    // A second time with more of it where the machine was slower than that.
    let invoices: readonly Invoice[] = [];
    let isOneWave = false;
    for (const latencyMs of [200, 3_000]) {
      if (isOneWave) break;
      simulator.setLatency(latencyMs);
      simulator.clearLog();
      ({ invoices } = await ask(source, acme, 60_000));
      const [, ...others] = simulator.log;
      isOneWave =
        Math.max(...others.map(({ at }) => at)) < Math.min(...others.map(({ closedAt }) => closedAt ?? 0));
    }

    const facts = world.flolive.invoices(acme).slice(-12);
    expect(invoices.map((invoice) => invoice.key[0])).toEqual(facts.map((fact) => fact.id));
    expect(simulator.log.map(({ query }) => query).sort()).toEqual(
      [0, 1, 2, 3, 4, 5].map((page) => `page=${page}&size=100`),
    );
    expect(isOneWave).toBe(true);
  });

  test("names and size of the page parameters are configured", async () => {
    const paging = { page: "pageNumber", size: "pageSize" };
    const { simulator, source } = await simulated({ paging }, { paging: { ...paging, pageSize: 7 } });

    const { invoices } = await ask(source, acme);

    expect(invoices).toHaveLength(12);
    expect(simulator.log.map(({ query }) => query)).toEqual([
      "pageNumber=0&pageSize=7",
      "pageNumber=1&pageSize=7",
    ]);
  });

  test("a repeated page ends the list, counts once, and is told", async () => {
    const { simulator, source } = await simulated({ maxPageSize: 2, quirks: { samePage: true } });

    const { invoices, dropped } = await ask(source, acme);

    expect(invoices).toHaveLength(2);
    expect(dropped).toEqual([{ reason: "UNREADABLE", message: expect.stringMatching(/page was repeated/) }]);
    expect(simulator.log.length).toBeLessThanOrEqual(6);
  });

  test("sub-customers of which a page came twice are a failure: nothing else would say that some are missing", async () => {
    const pageable = { page: 0, size: 1, totalPages: 3 };
    const { source } = await answered(() => ({
      body: { errorCode: "", content: [{ customerId: accountOf("acme-nordic") }], pageable },
    }));

    const failure = await failureOf(source.accounts!.children(acme, call()));

    expect(failure.code).toBe("SOURCE_BAD_RESPONSE");
  });

  test.each(["a", "a b/ü:%", "long".repeat(500)])(
    "the key of an invoice is the same after its id",
    async (id) => {
      const { source } = await answered(() => ({
        body: { errorCode: "", content: [{ id }], pageable: null },
      }));

      const { invoices } = await ask(source, acme);

      const [invoice] = invoices;
      const before = invoice?.key;
      expect(invoice?.id).not.toBe("");
      expect([before, invoice?.key]).toEqual([[id], [id]]);
    },
  );

  test("a server that repeats one page 10,000 times is asked a few dozen times only", async () => {
    const pageable = { page: 0, size: 1, totalPages: 10_000, totalElements: 10_000 };
    const { server, source } = await answered(() => ({
      body: { errorCode: "", content: [{ id: "a" }], pageable },
    }));

    const { invoices } = await ask(source, acme);

    expect(invoices).toHaveLength(1);
    expect(server.log.length).toBeLessThan(70);
  });

  test("a list that claims more pages than can be is refused after the first", async () => {
    const pageable = { page: 0, size: 1, totalPages: 10_001 };
    const { server, source } = await answered(() => ({
      body: { errorCode: "", content: [{ id: "a" }], pageable },
    }));

    const failure = await failureOf(ask(source, acme));

    expect(failure.code).toBe("SOURCE_TOO_LARGE");
    expect(server.log).toHaveLength(1);
  });

  test("an invoice that moved to the next page between two requests is there once", async () => {
    const { source } = await answered(({ query }) => {
      const page = Number(query.get("page"));
      return { body: page === 1 ? pageOf(1, 9) : pageOf(page) };
    });

    const { invoices, dropped } = await ask(source, acme);

    expect(invoices.map((invoice) => invoice.key[0])).toEqual([
      ...Array.from({ length: 19 }, (_, at) => `i${at}`),
      "i20",
      "i21",
      "i22",
      "i23",
      "i24",
    ]);
    expect(dropped).toEqual([
      { reason: "UNREADABLE", message: "The list tells of 25 invoices, of which 24 came." },
    ]);
  });

  test("an invoice that moved to the page before it while pages were read is told of as missing", async () => {
    const { source } = await answered(({ query }) => {
      const page = Number(query.get("page"));
      const after = { page, size: 10, totalPages: 3, totalElements: 24 };
      return { body: page === 0 ? pageOf(0) : { ...pageOf(page, page * 10 + 1), pageable: after } };
    });

    const { dropped } = await ask(source, acme);

    expect(dropped.map(({ message }) => message)).toEqual([
      "The list tells of 25 invoices, of which 24 came.",
    ]);
  });

  test("an invoice that stands twice on its page is there once, and nothing is told as missing", async () => {
    const pageable = { page: 0, size: 10, totalPages: 1, totalElements: 3 };
    const content = [{ id: "a" }, { id: "b" }, { id: "a" }];
    const { source } = await answered(() => ({ body: { errorCode: "", content, pageable } }));

    const { invoices, dropped } = await ask(source, acme);

    expect(invoices.map(({ key }) => key)).toEqual([["a"], ["b"]]);
    expect(dropped).toEqual([]);
  });

  test("a second record of an invoice on its page that says something else is told", async () => {
    const pageable = { page: 0, size: 10, totalPages: 1, totalElements: 2 };
    const content = [
      { id: "a", totalAmount: 1 },
      { id: "a", totalAmount: 2 },
    ];
    const { source } = await answered(() => ({ body: { errorCode: "", content, pageable } }));

    const { invoices, dropped } = await ask(source, acme);

    expect(invoices.map(({ totalAmount }) => totalAmount)).toEqual(["1"]);
    expect(dropped).toMatchObject([
      { message: "A second record of an invoice says something else than the first." },
    ]);
  });

  test("what cannot be read of a list is not told of a second time as missing", async () => {
    const pageable = { page: 0, size: 10, totalPages: 1, totalElements: 3 };
    const content = [{ id: "a" }, {}, 5];
    const { source } = await answered(() => ({ body: { errorCode: "", content, pageable } }));

    const { dropped } = await ask(source, acme);

    expect(dropped.map(({ message }) => message)).toEqual([
      "An entry of the list is not an object.",
      "An invoice has no id.",
    ]);
  });

  test.each([
    ["totalPages as a text", { totalPages: "3" }],
    ["no totalPages, but a size and a total", { page: 0, size: 10, totalElements: 25 }],
  ])("pages are counted from %s", async (_name, pageable) => {
    const { source } = await answered(({ query }) => ({
      body: { ...pageOf(Number(query.get("page"))), pageable },
    }));

    const { invoices } = await ask(source, acme);

    expect(invoices).toHaveLength(25);
  });

  test("pages that are asked for later have the deadline that the call has by then, as when somebody more patient joins", async () => {
    const moving = { signal: new AbortController().signal, deadlineAt: Date.now() + 60_000 };
    const { source } = await answered(({ query }) => {
      const page = Number(query.get("page"));
      if (page > 0) moving.deadlineAt = 0;
      const content = [{ id: `i${page}` }];
      return { body: { errorCode: "", content, pageable: { page, size: 1, totalPages: 100 } } };
    });

    const failure = await failureOf(source.invoices!.ask(questionOf(source, acme), moving));

    expect(failure.code).toBe("SOURCE_TIMEOUT");
  });

  test("a page that fails fails the list, and the other pages are not waited for", async () => {
    const { simulator, source } = await simulated({ maxPageSize: 2 });
    simulator.setFault([
      { kind: "hang", match: "page=2" },
      { ...refuseWith("GLOBAL_1001"), match: "page=3" },
    ]);

    const failure = await failureOf(ask(source, acme, 4_000));

    expect(failure.code).toBe("SOURCE_UNAVAILABLE");
    await expect
      .poll(() => simulator.log.find(({ query }) => query.startsWith("page=2"))?.closedEarlyByClient)
      .toBe(true);
  });
});

describe("credentials", () => {
  test("the token is sent as configured: as a Bearer token, or in a header and scheme of its own", async () => {
    const usual = await simulated();
    const auth = { header: "X-Api-Token", scheme: "" };
    const special = await simulated({ auth });

    await ask(usual.source, acme);
    await ask(special.source, acme);

    expect(usual.simulator.log[0]?.headers.authorization).toBe("Bearer flolive-simulator-token");
    expect(special.simulator.log[0]?.headers["x-api-token"]).toBe("flolive-simulator-token");
    expect(special.simulator.log[0]?.headers.authorization).toBeUndefined();
  });

  test("a wrong token is the operator's fault, and is shown nowhere", async () => {
    const { source } = await simulated({}, { token: "wrong-canary" });

    const failure = await failureOf(ask(source, acme));

    expect(failure).toMatchObject({
      code: "SOURCE_UNAUTHORIZED",
      fault: "operator",
      upstreamCode: "AUTH_1001",
    });
    expect(inspect(failure, { depth: 10 })).not.toContain("wrong-canary");
  });

  test("ping passes when the credentials are taken, also when the account is not known or there is none", async () => {
    const { simulator, source } = await simulated();

    await source.ping(call(), acme);
    await source.ping(call(), "11111111-1111-4111-8111-111111111111");
    await source.ping(call(), null);

    expect(simulator.log.map(({ path }) => path)).toEqual([
      `/api/v2/customer/${acme}`,
      "/api/v2/customer/11111111-1111-4111-8111-111111111111",
      "/api/v2/customer/00000000-0000-0000-0000-000000000000",
    ]);
  });

  test("ping fails on wrong credentials, and on a 404 that is not floLIVE's own", async () => {
    const wrongToken = await simulated({}, { token: "wrong" });
    const right = await simulated();
    const wrongPath = sourceFor({ ...right.simulator.source, url: `${right.simulator.url}/elsewhere` });

    expect(await failureOf(wrongToken.source.ping(call(), null))).toMatchObject({
      code: "SOURCE_UNAUTHORIZED",
    });
    expect(await failureOf(wrongPath.ping(call(), null))).toMatchObject({ code: "ACCOUNT_NOT_FOUND" });
  });
});

describe("error codes", () => {
  test.each([
    ["GLOBAL_1001", "SOURCE_UNAVAILABLE", true],
    ["GLOBAL_1002", "SOURCE_ERROR", false],
    ["AUTH_1001", "SOURCE_UNAUTHORIZED", false],
    ["AUTH_9999", "SOURCE_UNAUTHORIZED", false],
    ["CUSTOMER_1002", "ACCOUNT_NOT_FOUND", false],
    ["CUSTOMER_1006", "ACCOUNT_NOT_PERMITTED", false],
    ["CUSTOMER_1040", "INVOICE_NOT_FOUND", false],
    ["CUSTOMER_7777", "SOURCE_ERROR", false],
  ])("%s is %s at any HTTP status", async (upstreamCode, code, retryable) => {
    const { simulator, source } = await simulated();

    for (const status of [200, 400, 404, 500]) {
      simulator.setFault(refuseWith(upstreamCode, "secret words of theirs", status));
      const failure = await failureOf(ask(source, acme));
      expect(failure).toMatchObject({ code, upstreamCode, retryable, source: "sim" });
      expect(failure.message).not.toContain("secret words");
      expect(failure.detail).toContain("secret words");
    }
  });

  test.each(['<script>alert("x")</script>', "a b", "X".repeat(41), "X\nY"])(
    "a code that is no plain token (%j) is not handed on",
    async (code) => {
      const { simulator, source } = await simulated();
      simulator.setFault(refuseWith(code));

      const failure = await failureOf(ask(source, acme));

      expect(failure).toMatchObject({ code: "SOURCE_ERROR", upstreamCode: null });
    },
  );

  test("an unknown code yields to a status that says more, and Retry-After is kept", async () => {
    const { source } = await answered(() => ({
      status: 429,
      headers: { "retry-after": "7" },
      body: { errorCode: "GLOBAL_1429", errorMessage: "Too many", content: "" },
    }));

    const failure = await failureOf(ask(source, acme));

    expect(failure).toMatchObject({
      code: "SOURCE_RATE_LIMITED",
      retryable: true,
      upstreamCode: "GLOBAL_1429",
    });
    expect(Date.parse(failure.retryAt!) - Date.now()).toBeGreaterThan(5_000);
  });

  test.each([
    ["", null],
    [null, null],
    [false, null],
    [0, null],
    [12, "12"],
  ])("errorCode %j is %j as a refusal", async (errorCode, refusal) => {
    const { source } = await answered(() => ({ body: { errorCode, content: [] } }));

    const outcome = await ask(source, acme).then(
      () => null,
      (failure: { upstreamCode: string }) => failure.upstreamCode,
    );

    expect(outcome).toBe(refusal);
  });
});

describe("accounts", () => {
  test("a profile is what floLIVE knows of the customer; of an unknown one, nothing", async () => {
    const { source } = await simulated({ requester: acme });

    const profile = await source.accounts!.profile(accountOf("acme-nordic"), call());
    const unknown = await source.accounts!.profile("11111111-1111-4111-8111-111111111111", call());
    const grandchild = await failureOf(source.accounts!.profile(accountOf("acme-nordic-depot"), call()));

    expect(profile).toEqual({
      reference: accountOf("acme-nordic"),
      name: "Acme Åkeri & Sjöfart Ærø A/S",
      status: "ACTIVE",
      type: "BUSINESS",
      currency: "EUR",
    });
    expect(unknown).toBeNull();
    expect(grandchild.code).toBe("ACCOUNT_NOT_PERMITTED");
  });

  test("a profile of somebody else is refused", async () => {
    const { source } = await answered(() => ({
      body: { content: { customerId: accountOf("northwind"), name: "N" } },
    }));

    const failure = await failureOf(source.accounts!.profile(acme, call()));

    expect(failure.code).toBe("ACCOUNT_MISMATCH");
  });

  test("children are the direct sub-customers, of all pages", async () => {
    const { simulator, source } = await simulated({ maxPageSize: 2 });

    const children = await source.accounts!.children(acme, call());

    expect(children.map(({ reference, name }) => [reference, name])).toEqual([
      [accountOf("acme-retail"), "Acme Retail, Inc."],
      [accountOf("acme-iot"), 'Acme "IoT" Labs'],
      [accountOf("acme-nordic"), "Acme Åkeri & Sjöfart Ærø A/S"],
    ]);
    expect(simulator.log).toHaveLength(2);
  });
});

describe("configuration", () => {
  test("/api/v2 is added below a URL without a path, and only there", () => {
    expect(apiUrl("https://api.example")).toBe("https://api.example/api/v2");
    expect(apiUrl("https://api.example/")).toBe("https://api.example/api/v2");
    expect(apiUrl("https://proxy.example/flolive/v2/")).toBe("https://proxy.example/flolive/v2/");
  });

  test("only a UUID is an account, in one form", () => {
    expect(flolive.readAccount(" 62E8BA66-3A2D-4919-AE16-F87F35845A4B ")).toBe(
      "62e8ba66-3a2d-4919-ae16-f87f35845a4b",
    );
    expect(() => flolive.readAccount(4100)).toThrow(/customer UUID/);
    expect(() => flolive.readAccount("62e8ba66/../x")).toThrow(/customer UUID/);
  });

  test("unknown keys and header names that are none are refused; the token prints as nothing", () => {
    expect(parse({ pageSize: 5 }).success).toBe(false);
    expect(parse({ auth: { header: "X Y" } }).success).toBe(false);
    expect(parse({ auth: { scheme: "a\r\nb" } }).success).toBe(false);
    expect(parse({}).success).toBe(true);
    expect(inspect(parse({}), { depth: 9 }) + JSON.stringify(parse({}))).not.toContain("canary");
  });
});

test("a question is asked once for one call, and a second ask is a second request: nothing is kept here", async () => {
  const { simulator, source } = await simulated();
  const question = questionOf(source, acme);

  await source.invoices!.ask(question, call());
  await source.invoices!.ask(question, call());

  expect(simulator.log).toHaveLength(2);
});
