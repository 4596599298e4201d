/** The front page as it is sent: what it tells, to whom, and under which headers. */
import { createHash } from "node:crypto";
import { buildSchema, parse, validate } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { selfContained } from "../../src/front/examples.ts";
import { createFrontPage } from "../../src/front/index.ts";
import { drawSchema } from "../../src/front/map/draw.ts";
import { renderPage } from "../../src/front/page.ts";
import { look } from "../../src/front/view.ts";
import { schema } from "../../src/schema/index.ts";
import { examples } from "../../src/server/graphiql/examples.ts";
import { createDriftLedger } from "../../src/telemetry/drift.ts";
import { createRecent } from "../../src/telemetry/recent.ts";
import { startTestApp, type TestApp, type TestAppOptions } from "../support/app.ts";

const open: TestApp[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
});

async function started(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startTestApp(options);
  open.push(app);
  return app;
}

/** A service with a front page for operators, and keys of which only one may see it. */
async function guarded(frontPage: "off" | "operators" = "operators"): Promise<TestApp> {
  const keyed = (name: string, more: object) => ({
    name,
    sha256: createHash("sha256").update(`key-of-${name}`).digest("hex"),
    ...more,
  });
  return started({
    sections: ({ customers }) => ({
      server: { host: "127.0.0.1", graphiql: false, frontPage },
      auth: {
        apiKeys: [
          keyed("operator", { role: "customer_service", scopes: ["operations"] }),
          keyed("clerk", { role: "customer_service", scopes: ["raw"] }),
          keyed("customer", { role: "customer", customer: customers[0]?.id, scopes: ["operations"] }),
        ],
      },
    }),
  });
}

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`anybody:${password}`).toString("base64")}`,
});
const everything =
  "{ invoices(first: 30) { nodes { number lines { quantity } customer { settings { currency { code } } } } } }";

describe("what it tells", () => {
  it("tells how each source is doing, and what it was asked", async () => {
    const app = await started();
    await app.query(everything);

    const response = await fetch(app.url);
    const text = await response.text();

    expect(response.status).toBe(200);
    for (const source of ["flolive", "cdn", "freight", "billing"])
      expect(text).toContain(`id="source-${source}"`);
    expect(text.match(/Healthy/g)?.length).toBe(4);
    expect(text).toMatch(/4 of 4/);
    expect(text).toContain("None: every record was as documented.");
  });

  it("shows the contradictions of the documents as drift when the simulators produce them", async () => {
    const app = await started({
      each: {
        flolive: { quirks: { cycleNames: "table", textAmounts: true, dueDateTime: true } },
        akamai: { quirks: ["debitWord", "textIds"], requestsPerMinute: 100_000 },
        v6: { quirks: { tableDates: true, numericCodes: true } },
        ddapi: { quirks: { valuesAsText: true, reverseTax: true } },
      },
    });
    await app.query(everything);

    const text = await (await fetch(app.url)).text();

    const rows = [...text.matchAll(/<tr role="row">\s*<th scope="row"[^]*?<\/tr>/g)].map(([row]) =>
      row
        .replace(/<[^>]+>/g, " ")
        .replace(/\s+/g, " ")
        .trim(),
    );
    for (const said of [
      /^flolive Other spelling invoice billingCycleStartDate billingCycleStartDate billingCycleStartTime \d+ 100 % of records/,
      /^flolive Unexpected type invoice netAmount number text /,
      /^flolive Unexpected format invoice dueDate yyyy-MM-dd date-time with offset /,
      /^cdn Unknown value invoice invoiceType INVOICE, CREDIT_MEMO, DEBIT_MEMO Debit Note /,
      /^cdn Unexpected type invoice invoiceId number text /,
      /^freight Unexpected format invoice invoiceDate yyyy-MM-dd dd-MM-yyyy /,
      /^freight Unexpected type invoice line glCode text number /,
      /^billing Unexpected type invoice settings CurrencyId number text /,
      /^billing Unknown field invoice settings ReverseTax not at all (?:boolean|text) /,
    ])
      expect(rows).toContainEqual(expect.stringMatching(said));
  });

  it("tells failures by their code, and that the breaker is open", async () => {
    const app = await started({ cold: true });
    app.simulators.v6.setFault({ kind: "status", status: 503, body: "secret words of the source" });
    const look = async () => {
      await app.query("{ invoices(first: 1) { totalCount } }");
      return (await fetch(app.url)).text();
    };

    await expect.poll(look, { interval: 300 }).toContain("Suspended");
    const text = await look();

    expect(text).toMatch(/<code>SOURCE_UNAVAILABLE<\/code>\s+\d+ times/);
    expect(text).toContain("Suspended");
    expect(text).toContain("Breaker open since");
    expect(text).not.toContain("secret words");
  });

  it("holds nothing of any customer, and no credential", async () => {
    const app = await started();
    await app.query(everything);

    const text = await (await fetch(app.url)).text();

    const told = [
      ...app.simulators.world.customers.flatMap(({ name, flolive, akamai }) => [
        name,
        ...(flolive === undefined ? [] : [flolive.customerId]),
        ...(akamai?.contractIds ?? []),
      ]),
      ...app.sandbox.tokens.map(({ key }) => key),
      app.simulators.flolive.url,
    ];
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter((secret) => text.includes(secret))).toEqual([]);
  });
});

describe("who may see it", () => {
  it("shows it to an operator who signs in as browsers do, or by a header", async () => {
    const app = await guarded();

    const replies = await Promise.all([
      fetch(app.url, { headers: basic("key-of-operator") }),
      fetch(app.url, { headers: { "x-api-key": "key-of-operator" } }),
      fetch(app.url, { method: "HEAD", headers: basic("key-of-operator") }),
    ]);

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await replies[0]?.text()).toContain("<h1>InvoiceGraph</h1>");
    expect(await replies[2]?.text()).toBe("");
  });

  it("refuses everybody else in the same words", async () => {
    const app = await guarded();

    const replies = await Promise.all(
      [
        {},
        basic("wrong"),
        basic(""),
        basic("key-of-clerk"),
        basic("key-of-customer"),
        { "x-api-key": "key-of-clerk" },
        { authorization: "Basic" },
        { authorization: "Basic !!!" },
        { ...basic("key-of-clerk"), "x-api-key": "key-of-clerk" },
      ].map((headers) => fetch(app.url, { headers: headers as Record<string, string> })),
    );

    const said = await Promise.all(
      replies.map(async (reply) =>
        [reply.status, reply.headers.get("www-authenticate"), await reply.text()].join("\n"),
      ),
    );
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toMatch(/^401\nBasic realm="InvoiceGraph operations"/);
  });

  it("does not exist unless it is configured", async () => {
    const app = await guarded("off");

    const replies = await Promise.all([
      fetch(app.url),
      fetch(app.url, { headers: basic("key-of-operator") }),
      fetch(app.url, { headers: { "x-api-key": "key-of-operator" } }),
    ]);

    expect(replies.map(({ status }) => status)).toEqual([401, 401, 404]);
    expect(replies[0]?.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  it("leaves / to GraphiQL where there is no page", async () => {
    const app = await started({ sections: () => ({ server: { frontPage: "off" } }) });

    const reply = await fetch(app.url, { redirect: "manual" });

    expect([reply.status, reply.headers.get("location")]).toEqual([302, "/graphql"]);
  });

  it("offers no way to GraphiQL where that is not served, but the examples to copy", async () => {
    const app = await guarded();

    const text = await (await fetch(app.url, { headers: basic("key-of-operator") })).text();

    expect(text).not.toContain('href="/graphql');
    expect(text).toContain("query LatestInvoices");
  });

  it("changes nothing: other methods are refused", async () => {
    const app = await started();

    const reply = await fetch(app.url, { method: "POST", body: "x" });

    expect(reply.status).toBe(405);
  });
});

it("lets a browser load nothing, run nothing, frame nothing and keep nothing", async () => {
  const app = await started();

  const { headers } = await fetch(app.url);

  expect(headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
});

it("escapes whatever a name may hold", () => {
  const hostile = `"><script>alert('1')</script>&`;
  const ledger = createDriftLedger();
  ledger.recorderOf(hostile).counterOf({
    kind: "UNKNOWN_FIELD",
    record: hostile,
    field: hostile,
    expected: hostile,
    seen: hostile,
  })();
  const view = look(
    {
      sources: [{ id: hostile, title: hostile }],
      healthOf: () => null,
      recentOf: createRecent().read,
      driftOf: ledger.read,
      cache: () => ({
        hits: 0,
        sharedHits: 0,
        misses: 0,
        stale: 0,
        entries: 0,
        bytes: 0,
        sources: new Map(),
      }),
      now: Date.now,
    },
    Date.now(),
  );
  const map = drawSchema(
    buildSchema(
      `"""${hostile}""" type Query { "x" thing: Thing } """${hostile}""" type Thing { query: Query }`,
    ),
  );

  const text = renderPage(view, {
    map,
    examples: [{ title: hostile, query: `# ${hostile}\n{ viewer { id } }`, variables: "" }],
    hasGraphiQL: true,
  });

  expect(text).not.toContain("<script");
  expect(text).not.toContain(hostile);
  expect(
    text.match(/&quot;&gt;&lt;script&gt;alert\(&#39;1&#39;\)&lt;\/script&gt;&amp;/g)?.length,
  ).toBeGreaterThan(8);
});

it("draws every type that leads on, with every field that leads there", () => {
  const { picture, words } = drawSchema(schema);

  for (const name of ["Query", "Customer", "Invoice", "InvoiceSettings", "Source", "SourceReport"])
    expect(picture.html).toContain(`<text class="name" x="10" y="19">${name}</text>`);
  expect(picture.html).not.toContain("NaN");
  expect(words.html).toMatch(/<dt>Customer<\/dt>[^]*?invoices \(list of Invoice\)/);
});

it.each(examples)("$title stands alone: its link needs no variables", (example) => {
  const query = selfContained(example);

  const mistakes = validate(schema, parse(query));

  expect(mistakes).toEqual([]);
  expect(query).not.toMatch(/\$\w+: \w+!(?! =)/);
});

it("is asked for nothing until somebody looks", () => {
  let reads = 0;
  const counted = () => {
    reads += 1;
    throw new Error("read too early");
  };

  createFrontPage({
    access: "OPEN",
    authenticate: counted,
    sources: [{ id: "freight", title: "V6" }],
    healthOf: counted,
    recentOf: counted,
    driftOf: counted,
    cache: counted,
    schema,
    examples,
    hasGraphiQL: true,
    now: Date.now,
  });

  expect(reads).toBe(0);
});
