/** @defer and @stream: what is fast comes first, and every piece keeps the rules of a whole answer. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";
import { type Pieces, askInPieces, wholeOf } from "./pieces.ts";

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ cold: true });
});
afterEach(() => app.close());

const forms = [
  { form: "multipart", accept: "multipart/mixed, application/json" },
  { form: "server-sent events", accept: "text/event-stream" },
] as const;

function ask(query: string, accept: string, headers: Record<string, string> = {}): Promise<Pieces> {
  return askInPieces({ url: app.url, key: app.keyOf("parent"), accept, query, headers });
}

const slowSettings = `{ viewer { customer {
  name
  invoices(first: 2, filter: { sources: ["flolive"] }) { nodes { id } isComplete }
  ... @defer(label: "slow") { settings { paysInvoiceFee } }
} } }`;

describe.each(forms)("over $form", ({ accept }) => {
  it("the first piece arrives while the deferred source hangs, and the rest when the deadline has passed", async () => {
    app.simulators.ddapi.setFault({ kind: "hang" });

    const pieces = await ask(slowSettings, accept, { "x-request-timeout-ms": "5000" });
    const first = await pieces.next();
    const hanging = () => app.simulators.ddapi.log.filter(({ closedAt }) => closedAt === null).length;
    await expect.poll(hanging).toBe(1);
    const others = await pieces.rest();

    expect(first.hasNext).toBe(true);
    expect(first.data.viewer.customer.name).toBe("Acme Telecom Holding");
    expect(first.data.viewer.customer.invoices).toMatchObject({ isComplete: true });
    expect(first.data.viewer.customer.invoices.nodes).toHaveLength(2);
    expect(first.data.viewer.customer).not.toHaveProperty("settings");
    expect(others.at(-1).hasNext).toBe(false);
    expect(others.flatMap(({ incremental = [] }) => incremental)).toMatchObject([
      {
        label: "slow",
        path: ["viewer", "customer"],
        data: { settings: null },
        errors: [{ extensions: { code: "SOURCE_TIMEOUT", source: "billing" } }],
      },
    ]);
  });

  it("the pieces add up to the answer without @defer, for the same upstream calls", async () => {
    const query = (spread: string) => `{ viewer { customer {
      name
      ${spread} { accounts { source reference } settings { paysInvoiceFee currency { code } } }
      freight: invoices(first: 3, filter: { sources: ["freight"] }) { nodes { number lines { description } } }
    } } }`;
    const { data } = await app.query(query("..."), {}, "parent");
    const calls = app.counts();
    app.clearLogs();

    const pieces = await (await ask(query("... @defer"), accept)).rest();

    expect(pieces.length).toBeGreaterThan(1);
    expect(wholeOf(pieces)).toEqual({ data, errors: [] });
    expect(app.counts()).toEqual(calls);
  });

  it("@stream brings the items of a connection one by one after the first", async () => {
    const query = (stream: string) =>
      `{ invoices(first: 5, filter: { sources: ["flolive"] }) { nodes ${stream} { id number } } }`;
    const { data } = await app.query(query(""), {}, "parent");

    const pieces = await (await ask(query("@stream(initialCount: 2)"), accept)).rest();

    expect(pieces[0].data.invoices.nodes).toHaveLength(2);
    expect(wholeOf(pieces)).toEqual({ data, errors: [] });
  });

  it("who leaves in the middle ends the calls that are under way", async () => {
    app.simulators.ddapi.setFault({ kind: "hang" });
    const pieces = await ask(slowSettings, accept);
    await pieces.next();
    const closed = () => app.simulators.ddapi.log.map(({ closedAt }) => closedAt !== null);
    await expect.poll(closed).toEqual([false]);

    await pieces.leave();

    await expect.poll(closed).toEqual([true]);
  });
});

describe("who gets pieces", () => {
  it.each(["application/json", "*/*", "application/graphql-response+json, */*;q=0.1"])(
    "Accept: %s gets one whole answer",
    async (accept) => {
      const pieces = await ask(slowSettings, accept);
      const [whole, ...others] = await pieces.rest();

      expect(pieces.contentType).toMatch(/json/);
      expect(others).toEqual([]);
      expect(whole.data.viewer.customer.settings).toMatchObject({ paysInvoiceFee: expect.any(Boolean) });
      expect(whole).not.toHaveProperty("hasNext");
    },
  );

  it("who takes nothing but a stream gets a whole answer as its only piece", async () => {
    const pieces = await ask("{ viewer { id } }", "text/event-stream");
    const all = await pieces.rest();

    expect(all).toMatchObject([{ data: { viewer: { id: expect.any(String) } }, extensions: { cost: {} } }]);
    expect(pieces.text()).toMatch(/event: complete\ndata:\n\n$/);
  });

  it("@defer(if: false) is a whole answer also for who takes pieces", async () => {
    const query = slowSettings.replace("@defer(", "@defer(if: false, ");

    const pieces = await ask(query, "multipart/mixed, application/json");

    expect(pieces.contentType).toMatch(/json/);
    expect(await pieces.rest()).toMatchObject([
      { data: { viewer: { customer: { settings: { paysInvoiceFee: expect.any(Boolean) } } } } },
    ]);
  });
});

describe("what may be asked for", () => {
  const refusals = [
    [
      "more than the configured number",
      `{ sources { ${"... @defer { id } ".repeat(21)} } }`,
      "LIMIT_EXCEEDED",
      /more than 20 @defer and @stream/,
    ],
    [
      "an initialCount below 0",
      "{ invoices { nodes @stream(initialCount: -1) { id } } }",
      "BAD_INPUT",
      /from 0 to 100/,
    ],
    [
      "an initialCount beyond a page",
      "{ invoices { nodes @stream(initialCount: 101) { id } } }",
      "BAD_INPUT",
      /from 0 to 100/,
    ],
    [
      "@stream on what is no list",
      "{ invoices @stream { totalCount } }",
      "GRAPHQL_VALIDATION_FAILED",
      /stream its nodes or edges/,
    ],
    [
      "one label twice",
      '{ ... @defer(label: "a") { __typename } ... @defer(label: "a") { __typename } }',
      "GRAPHQL_VALIDATION_FAILED",
      /must differ/,
    ],
    [
      "a label that is not a literal",
      "query ($label: String) { ... @defer(label: $label) { __typename } }",
      "GRAPHQL_VALIDATION_FAILED",
      /literal/,
    ],
    [
      "@defer on the fields of Mutation",
      'mutation { ... @defer { cancelInvoiceExport(id: "x") { id } } }',
      "GRAPHQL_VALIDATION_FAILED",
      /of Mutation itself/,
    ],
  ] as const;

  it.each(refusals)("%s is refused in words, in pieces and whole", async (_name, query, code, sentence) => {
    for (const accept of ["multipart/mixed, application/json", "text/event-stream", "application/json"]) {
      const [answer, ...others] = await (await ask(query, accept)).rest();

      expect(others).toEqual([]);
      expect(answer.errors).toMatchObject([{ extensions: { code } }]);
      expect(answer.errors[0].message).toMatch(sentence);
    }
    expect(Object.values(app.counts())).toEqual([0, 0, 0, 0]);
  });

  it("a variable for initialCount is looked at like a literal", async () => {
    const query = "query ($n: Int = -5) { invoices { nodes @stream(initialCount: $n) { id } } }";

    const [answer] = await (await ask(query, "multipart/mixed, application/json")).rest();

    expect(answer.errors).toMatchObject([{ extensions: { code: "BAD_INPUT" } }]);
  });
});

describe("what it costs", () => {
  const costOf = async (query: string): Promise<number> => {
    const [first] = await (await ask(query, "multipart/mixed, application/json")).rest();
    return first.extensions.cost.requested;
  };

  it("each piece costs one more than without, wherever it stands; the first piece tells the cost", async () => {
    const list = (defer: string) => `{ invoices(first: 10) { nodes { ${defer} { number } } } }`;

    const costs = [
      await costOf(list("...")),
      await costOf(list("... @defer")),
      await costOf("{ invoices(first: 10) { nodes @stream { number } } }"),
    ];

    expect(costs).toEqual([costs[0], costs[0]! + 10, costs[0]! + 10]);
  });

  it("only the first piece has extensions", async () => {
    const [first, ...others] = await (await ask(slowSettings, "text/event-stream")).rest();

    expect(first.extensions.cost.requested).toBeGreaterThan(0);
    for (const other of others) expect(other).not.toHaveProperty("extensions");
  });
});
