/** From the upstream's digits to the client's string: every invoice of the world, over real HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ cold: true });
});
afterAll(() => app.close());
afterEach(() => app.simulators.flolive.setFault(null));

interface Node {
  readonly number: string;
  readonly type: string;
  readonly issuedOn: string;
  readonly dueOn: string | null;
  readonly currency: string;
  readonly totalAmount: string;
  readonly netAmount: string;
  readonly taxAmount: string;
  readonly derivedAmounts: readonly string[];
  readonly account: { readonly reference: string };
}

async function everything(source: string): Promise<Node[]> {
  const found: Node[] = [];
  for (let after: string | null = null; ;) {
    const reply: any = await app.query(
      `query ($after: String, $source: ID!) {
        invoices(first: 100, after: $after, filter: { sources: [$source] }) {
          isComplete
          nodes { number type issuedOn dueOn currency totalAmount netAmount taxAmount derivedAmounts account { reference } }
          pageInfo { hasNextPage endCursor }
        }
      }`,
      { after, source },
    );
    expect(reply.errors).toBeUndefined();
    expect(reply.data.invoices.isComplete).toBe(true);
    found.push(...reply.data.invoices.nodes);
    if (!reply.data.invoices.pageInfo.hasNextPage) return found;
    after = reply.data.invoices.pageInfo.endCursor;
  }
}

// An independent reading of a decimal: digits and scale, without the model.
function same(a: string, b: string): boolean {
  const plain = (text: string) => {
    const [whole = "", fraction = ""] = text.replace("-", "").split(".");
    const digits = `${whole.replace(/^0+/, "")}.${fraction.replace(/0+$/, "")}`;
    return digits === "." ? "0" : `${text.startsWith("-") ? "-" : ""}${digits}`;
  };
  return plain(a) === plain(b);
}

const firstDay = () => {
  const today = new Date().toISOString().slice(0, 10);
  const year = Number(today.slice(0, 4)) - (today.slice(5, 7) === "12" ? 0 : 1);
  return `${year}-${String((Number(today.slice(5, 7)) % 12) + 1).padStart(2, "0")}-01`;
};

describe("every invoice of the simulated world arrives with its own day and digits", () => {
  it("from floLIVE", async () => {
    const { world } = app.simulators;
    const facts = world.customers
      .flatMap((customer) => (customer.flolive ? world.flolive.invoices(customer.flolive.customerId) : []))
      .filter((fact) => fact.createdAt.slice(0, 10) >= firstDay());

    const nodes = await everything("flolive");

    expect(nodes.length).toBe(facts.length);
    for (const fact of facts) {
      const node = nodes.find(
        (each) => each.number === fact.number && each.account.reference === fact.floliveCustomerId,
      );
      expect(node).toMatchObject({
        issuedOn: fact.createdAt.slice(0, 10),
        dueOn: fact.dueOn,
        currency: fact.currency,
      });
      expect(
        [fact.net, fact.tax, fact.total].every((amount, index) =>
          same(amount, [node?.netAmount, node?.taxAmount, node?.totalAmount][index] ?? "?"),
        ),
      ).toBe(true);
    }
  });

  it("from Akamai, with net and tax derived from the lines and marked so", async () => {
    const { world } = app.simulators;
    const facts = world.customers
      .flatMap((customer) => customer.akamai?.contractIds ?? [])
      .flatMap((contract) =>
        world.months.flatMap((month) => world.akamai.invoices(contract, previousMonth(month))),
      )
      .filter((fact) => fact.issuedOn >= firstDay());

    const nodes = await everything("cdn");

    expect(nodes.length).toBe(facts.length);
    for (const fact of facts) {
      const node = nodes.find((each) => each.number === String(fact.invoiceId));
      expect(node).toMatchObject({
        issuedOn: fact.issuedOn,
        dueOn: fact.dueOn,
        currency: fact.currency,
        type: fact.type,
        account: { reference: fact.contractId },
      });
      expect(same(fact.total, node?.totalAmount ?? "?")).toBe(true);
      expect(node?.derivedAmounts).toEqual(["NET", "TAX"]);
    }
  });

  it("from V6, with totals derived and marked so", async () => {
    const { world } = app.simulators;
    const facts = world.months
      .flatMap((month) => world.v6.invoicesCreatedInMonth(month))
      .filter((fact) => fact.issuedOn >= firstDay());
    const types = { I: "INVOICE", C: "CREDIT_MEMO", D: "DEBIT_MEMO" };

    const nodes = await everything("freight");

    expect(nodes.length).toBe(facts.length);
    for (const fact of facts) {
      const node = nodes.find(
        (each) =>
          each.number === fact.number && each.issuedOn === fact.issuedOn && each.type === types[fact.type],
      );
      expect(node).toMatchObject({
        dueOn: fact.dueOn,
        currency: "AUD",
        account: { reference: fact.customerCode },
      });
      expect(node?.derivedAmounts).toContain("TOTAL");
      expect(fact.disagrees || same(fact.total, node?.totalAmount ?? "?")).toBe(true);
    }
  });
});

describe("the sign rule", () => {
  it.each(["flolive", "cdn", "freight"])(
    "holds for %s: credit memos are never positive, claims never negative",
    async (source) => {
      const nodes = await everything(source);

      const wrong = nodes.filter(({ type, totalAmount }) =>
        type === "CREDIT_MEMO" ? !/^-|^[0.]+$/.test(totalAmount) : totalAmount.startsWith("-"),
      );
      expect(wrong).toEqual([]);
    },
  );
});

describe("digits beyond a double", () => {
  const answerWith = (total: string, net: string, tax: string) =>
    `{"errorCode":"","errorMessage":"","content":[{"id":"62e8ba66-3a2d-4919-ae16-f87f35845a4b","invoiceNumber":"1134","creationTime":"${new Date().toISOString()}",` +
    `"billingCycleStartTime":"2026-01-01T00:00:00Z","billingCycleEndTime":"2026-01-31T23:59:59Z","currency":"USD","netAmount":${net},"taxAmount":${tax},"totalAmount":${total}}],"pageable":null}`;

  it.each([
    ["12345678901234567.89", "12345678901234567.89"],
    ['"12345678901234567.89"', "12345678901234567.89"],
    ["185.1", "185.10"],
    ['"185.10"', "185.10"],
    ["1.5e3", "1500.00"],
    ["0.1234567890123456789", "0.1234567890123456789"],
  ])("survive: %s becomes %s, in the list and in the totals", async (sent, expected) => {
    app.simulators.flolive.setFault({
      kind: "answer",
      body: answerWith(sent, sent, "0"),
      headers: { "content-type": "application/json" },
    });

    const { data } = await app.query(
      `{ viewer { customer { invoices(filter: { sources: ["flolive"] }) { nodes { totalAmount warnings { code } } totals { totalAmount } } } } }`,
      {},
      "parent",
    );

    const { nodes, totals } = data.viewer.customer.invoices;
    expect(nodes.map((node: any) => node.totalAmount)).toEqual([expected]);
    expect(totals).toEqual([{ totalAmount: expected }]);
  });

  it("add up: 0.1 and 0.2 make 0.3, without a warning", async () => {
    app.simulators.flolive.setFault({
      kind: "answer",
      body: answerWith("0.3", "0.1", "0.2"),
      headers: { "content-type": "application/json" },
    });

    const { data } = await app.query(
      `{ viewer { customer { invoices(filter: { sources: ["flolive"] }) { nodes { netAmount taxAmount totalAmount warnings { code } } } } } }`,
      {},
      "parent",
    );

    expect(data.viewer.customer.invoices.nodes).toEqual([
      { netAmount: "0.10", taxAmount: "0.20", totalAmount: "0.30", warnings: [] },
    ]);
  });
});

function previousMonth(month: string): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 2;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
}
