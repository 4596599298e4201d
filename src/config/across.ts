/** What sections of the configuration must agree on. */
import type { AuthConfig } from "../auth/config.ts";
import type { CacheConfig } from "../cache/config.ts";
import type { DeliveryConfig } from "../delivery/config.ts";
import type { CustomerEntry } from "../directory/create.ts";
import type { ServerConfig } from "../server/config.ts";
import type { KindOfSource } from "./customers.ts";
import { type Mistake, mistakeAt, type Origin } from "./mistake.ts";
import { workerMistakes } from "./workers.ts";

/** What is known of the sections; null where one has mistakes of its own. */
export interface Sections {
  /** In the sandbox nobody needs credentials, and one process is enough. */
  readonly isSandbox: boolean;
  readonly server: ServerConfig | null;
  readonly auth: AuthConfig | null;
  readonly delivery: DeliveryConfig | null;
  readonly cache: CacheConfig | null;
  readonly hasRedis: boolean;
  readonly hasDirectory: boolean;
  /** The inline ones; null when there are none. */
  readonly customers: readonly CustomerEntry[] | null;
  readonly kindOf: KindOfSource;
  readonly origin: Origin;
}

/** Every disagreement, told at the section that is to be changed. */
export function mistakesAcross(sections: Sections): Mistake[] {
  const { isSandbox, server, delivery, hasRedis, origin } = sections;
  return [
    ...(isSandbox ? [] : workerMistakes(server, delivery, hasRedis, origin)),
    ...ofCachedSources(sections),
    ...ofCredentials(sections),
    ...ofCustomers(sections),
    ...ofKeys(sections),
  ];
}

function ofCachedSources({ cache, kindOf, origin }: Sections): Mistake[] {
  return Object.keys(cache?.sources ?? {})
    .filter((name) => !kindOf.has(name))
    .map((name) => mistakeAt(["cache", "sources", name], "must be the name of one of the sources", origin));
}

function ofCredentials({ isSandbox, auth, origin }: Sections): Mistake[] {
  if (isSandbox || auth === null || auth.jwt !== undefined || auth.apiKeys.length > 0) return [];
  const says =
    "needs jwt (issuer, audience and jwksUrl of your identity provider) or at least one of apiKeys: without either nobody could be let in";
  return [mistakeAt(["auth"], says, origin)];
}

function ofCustomers({ hasDirectory, customers, origin }: Sections): Mistake[] {
  if ((customers === null) === hasDirectory) return [];
  const says =
    customers === null
      ? "are missing: list them here, or name a file that holds the list as directory: customers.yaml"
      : "cannot be given beside directory; keep one of them";
  return [mistakeAt(["customers"], says, origin)];
}

// Customers that are not inline are known only when the directory is opened.
function ofKeys({ auth, customers, origin }: Sections): Mistake[] {
  if (auth === null || customers === null) return [];
  const keys = new Set(customers.map(({ key }) => key));
  return auth.apiKeys.flatMap(({ customer }, index) =>
    customer === undefined || keys.has(customer)
      ? []
      : [mistakeAt(["auth", "apiKeys", index, "customer"], "must be the id of one of the customers", origin)],
  );
}
