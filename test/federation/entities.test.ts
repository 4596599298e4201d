/** `_entities`: order, representations that are bad or foreign, the cap, and what a batch costs upstream. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeId } from "../../src/model/id.ts";
import { customerClaims, startSubgraphApp, type SubgraphApp } from "./router.ts";

let app: SubgraphApp;
beforeAll(async () => {
  // The simulated world has 16 customers; the rest of the 50 have a code of V6, whose months serve everybody.
  app = await startSubgraphApp({
    cold: true,
    sections: ({ customers }) => ({
      customers: [
        ...customers,
        ...Array.from({ length: 50 - customers.length }, (_, index) => ({
          id: `small-${index}`,
          name: `Small ${index}`,
          parent: null,
          accounts: { freight: [`X${index}`] },
        })),
      ],
    }),
  });
});
afterAll(() => app.close());
beforeEach(() => app.clearLogs());

const customer = (key: string) => ({ __typename: "Customer", id: writeId("Customer", [key]) });
const onCustomer = "... on Customer { key name }";

describe("_entities", () => {
  it("gives every kind of entity by each of its keys, in the order of the representations", async () => {
    const { data } = await app.query(`{ invoices(first: 1) { nodes { id number } } }`);
    const [invoice] = data.invoices.nodes;

    const reply = await app.entities(
      [
        { __typename: "SourceAccount", source: "freight", reference: "001" },
        { __typename: "Customer", key: "omnix" },
        { __typename: "Invoice", id: invoice.id },
        customer("acme"),
        { __typename: "Customer", key: "omnix" },
      ],
      `${onCustomer} ... on Invoice { number } ... on SourceAccount { source reference customer { key } }`,
    );

    expect(reply.errors).toBeUndefined();
    expect(reply.data._entities).toEqual([
      { __typename: "SourceAccount", source: "freight", reference: "001", customer: { key: "acme" } },
      { __typename: "Customer", key: "omnix", name: "OMNIX PTY LTD" },
      { __typename: "Invoice", number: invoice.number },
      { __typename: "Customer", key: "acme", name: "Acme Telecom Holding" },
      { __typename: "Customer", key: "omnix", name: "OMNIX PTY LTD" },
    ]);
  });

  it.each([
    ["a type called __proto__", { __typename: "__proto__", id: "x" }],
    ["a type called constructor", { __typename: "constructor" }],
    ["a type of the graph that is no entity", { __typename: "InvoiceLine", id: "x" }],
    ["an interface", { __typename: "Node", id: writeId("Customer", ["acme"]) }],
    ["a type that does not exist", { __typename: "Ticket", id: "1" }],
    ["a type that is no text", { __typename: 7, id: "1" }],
    ["no type", { id: writeId("Customer", ["acme"]) }],
    ["a text", "Customer"],
    ["a list", [customer("acme")]],
    ["a number", 5],
    ["a customer without a key", { __typename: "Customer" }],
    ["a customer whose id is a number", { __typename: "Customer", id: 4 }],
    ["an account without a reference", { __typename: "SourceAccount", source: "freight" }],
  ])("answers %s with null and BAD_INPUT at its place, and the others as ever", async (_, bad) => {
    const reply = await app.entities([customer("acme"), bad, customer("omnix")], onCustomer);

    expect(reply.data._entities).toMatchObject([{ key: "acme" }, null, { key: "omnix" }]);
    expect(reply.errors).toHaveLength(1);
    expect(reply.errors?.[0]).toMatchObject({
      path: ["_entities", 1],
      extensions: { code: "BAD_INPUT", retryable: false },
    });
  });

  it("answers what is foreign, unknown or malformed alike: with null, without an error", async () => {
    const { data } = await app.query(
      `{ customer(id: "${writeId("Customer", ["omnix"])}") { invoices(first: 1) { nodes { id } } } }`,
    );
    const foreignInvoice = data.customer.invoices.nodes[0].id;
    app.clearLogs();

    const reply = await app.entities(
      [
        customer("omnix"),
        { __typename: "Customer", key: "omnix" },
        customer("nobody"),
        { __typename: "Customer", id: "%%%" },
        { __typename: "Customer", id: foreignInvoice },
        { __typename: "Invoice", id: foreignInvoice },
        { __typename: "Invoice", id: writeId("Invoice", ["freight", "020", "nothing"]) },
        { __typename: "Invoice", id: writeId("Customer", ["acme"]) },
        { __typename: "SourceAccount", source: "freight", reference: "020" },
        { __typename: "SourceAccount", source: "nowhere", reference: "020" },
        { __typename: "SourceAccount", source: "freight\n020", reference: "" },
        customer("acme-iot"),
      ],
      onCustomer,
      customerClaims("acme"),
    );

    expect(reply.errors).toBeUndefined();
    expect(reply.data._entities).toEqual([
      ...Array.from({ length: 11 }, () => null),
      { __typename: "Customer", key: "acme-iot", name: 'Acme "IoT" Labs' },
    ]);
    expect(app.counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
  });

  it("takes representations that are written into the operation, too", async () => {
    const reply = await app.ask(
      `{ _entities(representations: [{ __typename: "Customer", key: "acme" }]) { ... on Customer { name } } }`,
    );

    expect(reply).toMatchObject({ data: { _entities: [{ name: "Acme Telecom Holding" }] } });
  });

  it("refuses more representations than are allowed, without asking anybody", async () => {
    const many = Array.from({ length: 1_001 }, () => customer("acme"));

    const reply = await app.entities(many, "... on Customer { invoices(first: 1) { totalCount } }");

    expect(reply.data).toBeNull();
    expect(reply.errors?.[0]).toMatchObject({
      message: "_entities takes at most 1000 representations at once; there are 1001.",
      extensions: { code: "LIMIT_EXCEEDED" },
    });
    expect(app.counts()).toEqual({ flolive: 0, akamai: 0, v6: 0, ddapi: 0 });
  });
});

describe("a batch of 1,000 representations of 50 customers", () => {
  it("costs the same upstream calls as one of the 50", async () => {
    const { data } = await app.query(`{ customers(first: 50) { nodes { id key } } }`);
    const keys: string[] = data.customers.nodes.map(({ key }: { key: string }) => key);
    expect(keys).toHaveLength(50);
    const selection = `... on Customer {
      key
      settings { paymentTerms { name } currency { code } }
      invoices(first: 2, filter: { issuedOn: { from: "2026-08-01" } }) { nodes { number } }
    }`;
    app.clearLogs();

    const of50 = await app.entities(keys.map(customer), selection);
    const callsOf50 = app.counts();
    app.clearLogs();
    const of1000 = await app.entities(
      Array.from({ length: 1_000 }, (_, index) => customer(keys[(index * 7) % 50] ?? "")),
      selection,
    );
    const callsOf1000 = app.counts();

    expect(callsOf1000).toEqual(callsOf50);
    expect(Object.values(callsOf50).every((calls) => calls > 0)).toBe(true);
    expect(of1000.errors).toEqual(of50.errors);
    const byKey = new Map(of50.data._entities.map((each: { key: string }) => [each.key, each]));
    expect(of1000.data._entities).toEqual(
      Array.from({ length: 1_000 }, (_, index) => byKey.get(keys[(index * 7) % 50])),
    );
  });
});
