/** The sandbox's viewers: three fresh API keys at each start, so that everybody can try what who may see. */
import { createHash, randomBytes } from "node:crypto";
import type { Customer } from "../model/customer.ts";
import type { ApiKeyConfig } from "./config.ts";

/** One viewer that is ready to be tried. */
export interface SandboxToken {
  /** Also the name of the API key. */
  readonly name: string;
  /** Who it is, in a few words, such as "Acme, which sees its sub-customers". */
  readonly title: string;
  /** The API key itself, for the header X-Api-Key. */
  readonly key: string;
}

/**
 * API keys for a customer that has sub-customers, for one that has none, and for customer service, with the entries
 * that make the configuration believe them. A kind of customer that is not among those given is left out.
 */
export function sandboxTokens(customers: readonly Customer[]): {
  readonly tokens: readonly SandboxToken[];
  readonly apiKeys: readonly ApiKeyConfig[];
} {
  const parentKeys = new Set(customers.map((customer) => customer.parentKey));
  const parent = customers.find((customer) => parentKeys.has(customer.key));
  // One that stands outside the parent's family shows best what is not seen.
  const without = customers.filter((customer) => !parentKeys.has(customer.key));
  const single = without.find((customer) => customer.parentKey === null) ?? without[0];

  const tokens: SandboxToken[] = [];
  const apiKeys: ApiKeyConfig[] = [];
  function issue(name: string, title: string, customer: Customer | null): void {
    const key = `sandbox_${randomBytes(24).toString("base64url")}`;
    const sha256 = createHash("sha256").update(key).digest("hex");
    tokens.push({ name, title, key });
    apiKeys.push(
      customer === null
        ? { name, sha256, role: "CUSTOMER_SERVICE", scopes: ["raw", "explain"] }
        : { name, sha256, role: "CUSTOMER", customer: customer.key, scopes: ["explain"] },
    );
  }
  if (parent !== undefined)
    issue("sandbox-parent", `${parent.name}, which also sees its direct sub-customers`, parent);
  if (single !== undefined) issue("sandbox-single", `${single.name}, which sees only itself`, single);
  issue("sandbox-service", "customer service, which sees everything", null);
  return { tokens, apiKeys };
}
