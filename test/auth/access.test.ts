import { describe, expect, it } from "vitest";
import { createAudit } from "../../src/auth/audit.ts";
import { createAuthenticator } from "../../src/auth/authenticate.ts";
import { maySeeCustomer } from "../../src/auth/authorize.ts";
import { mayUseScope, type Viewer } from "../../src/model/viewer.ts";
import { authConfig } from "../../src/auth/config.ts";
import { sandboxTokens } from "../../src/auth/sandbox.ts";
import type { Customer } from "../../src/model/customer.ts";

function customer(key: string, parentKey: string | null): Customer {
  return { id: `id-${key}`, key, name: key.toUpperCase(), parentKey, accounts: [] };
}
const top = customer("top", null);
const middle = customer("middle", "top");
const bottom = customer("bottom", "middle");
const other = customer("other", null);
const all = [top, middle, bottom, other];

function viewer(role: Viewer["role"], customerId: string | null): Viewer {
  return { id: "v", role, customerId, scopes: ["raw"] };
}

describe("a viewer sees", () => {
  it.each<[string, Viewer, string[]]>([
    ["itself and its direct sub-customers", viewer("CUSTOMER", "top"), ["top", "middle"]],
    ["not what stands above it", viewer("CUSTOMER", "middle"), ["middle", "bottom"]],
    ["only itself when nothing is below", viewer("CUSTOMER", "bottom"), ["bottom"]],
    ["nothing for a customer that does not exist", viewer("CUSTOMER", "gone"), []],
    ["nothing for no customer", viewer("CUSTOMER", null), []],
    ["nothing with a role that was never given out", viewer("ADMIN" as never, "top"), []],
    [
      "everything as customer service",
      viewer("CUSTOMER_SERVICE", null),
      ["top", "middle", "bottom", "other"],
    ],
  ])("%s", (_what, who, keys) => {
    const seen = all.filter((one) => maySeeCustomer(who, one)).map((one) => one.key);

    expect(seen).toEqual(keys);
  });

  it("with its scopes and no others", () => {
    expect(mayUseScope(viewer("CUSTOMER", "top"), "raw")).toBe(true);
    expect(mayUseScope(viewer("CUSTOMER", "top"), "ra")).toBe(false);
  });
});

describe("the sandbox", () => {
  it("has a parent, a single customer and customer service, all believed", async () => {
    const { tokens, apiKeys } = sandboxTokens(all);
    const authenticator = createAuthenticator(authConfig.parse({ apiKeys }), { now: Date.now });

    const viewers = await Promise.all(
      tokens.map(({ key }) => authenticator.authenticate({ "x-api-key": key })),
    );

    expect(viewers.map(({ role, customerId }) => [role, customerId])).toEqual([
      ["CUSTOMER", "top"],
      ["CUSTOMER", "other"],
      ["CUSTOMER_SERVICE", null],
    ]);
  });

  it("has fresh keys at each start, and leaves out the customers that there are none of", () => {
    const first = sandboxTokens([]);
    const second = sandboxTokens([]);

    expect(first.tokens.map(({ name }) => name)).toEqual(["sandbox-service"]);
    expect(first.tokens[0]?.key).not.toBe(second.tokens[0]?.key);
    expect(JSON.stringify(first.apiKeys)).not.toContain(first.tokens[0]?.key);
  });
});

describe("the audit trail", () => {
  it("says who saw which invoices, with at most 100 ids, and an invoice with two files once", () => {
    const written: [object, string][] = [];
    const audit = createAudit({ info: (event, message) => void written.push([event, message]) });
    const ids = Array.from({ length: 150 }, (_, i) => `inv-${i}`);

    audit.listed(viewer("CUSTOMER", "top"), ids);
    audit.read(viewer("CUSTOMER", "top"), ["inv-1"]);
    audit.downloaded(viewer("CUSTOMER_SERVICE", null), "PDF", [
      { sha256: "a1b2", invoiceIds: ["inv-1", "inv-2"] },
      { sha256: "c3d4", invoiceIds: ["inv-1"] },
    ]);
    audit.read(viewer("CUSTOMER", "top"), []);

    expect(written).toEqual([
      [
        {
          event: "invoices.listed",
          viewer: { id: "v", role: "CUSTOMER", customer: "top" },
          count: 150,
          invoices: ids.slice(0, 100),
        },
        "audit: invoices.listed",
      ],
      [
        {
          event: "invoices.read",
          viewer: { id: "v", role: "CUSTOMER", customer: "top" },
          count: 1,
          invoices: ["inv-1"],
        },
        "audit: invoices.read",
      ],
      [
        {
          event: "invoices.downloaded",
          viewer: { id: "v", role: "CUSTOMER_SERVICE", customer: null },
          count: 2,
          invoices: ["inv-1", "inv-2"],
          format: "PDF",
          files: ["a1b2", "c3d4"],
        },
        "audit: invoices.downloaded",
      ],
    ]);
  });

  it.each<[string, (id: string) => string]>([
    ["files of their own", (id) => `hash of ${id}`],
    ["one file", () => "hash of all"],
  ])("leads from %s to each of 250 invoices, a hundred in an event", (_, hashOf) => {
    const written: { readonly invoices: readonly string[]; readonly files: readonly string[] }[] = [];
    const audit = createAudit({ info: (event) => void written.push(event as (typeof written)[number]) });
    const ids = Array.from({ length: 250 }, (_each, i) => `inv-${i}`);
    const files = [...new Set(ids.map(hashOf))].map((sha256) => ({
      sha256,
      invoiceIds: ids.filter((id) => hashOf(id) === sha256),
    }));

    audit.downloaded(viewer("CUSTOMER", "top"), "PDF", files);

    expect(written.map(({ invoices }) => invoices.length)).toEqual([100, 100, 50]);
    expect(written.flatMap(({ invoices }) => invoices)).toEqual(ids);
    for (const event of written) expect(event.files).toEqual([...new Set(event.invoices.map(hashOf))]);
  });
});
