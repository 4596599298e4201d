/** Where the customers are: can they be read, and do their accounts fit the sources that are configured? */
import type { Config } from "../config/read.ts";
import type { CustomerEntry } from "../directory/create.ts";
import type { PostgresConfig } from "../directory/postgres/config.ts";
import { createPostgresDirectory } from "../directory/postgres/directory.ts";
import { sentenceOf } from "../directory/postgres/failures.ts";
import { pendingMigrations } from "../directory/postgres/migrate.ts";
import { toFailure } from "../model/errors.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";

/** The customers, as far as they can be read. */
export interface FoundCustomers {
  /** Null: they cannot be read, and a finding says why. */
  readonly customers: readonly CustomerEntry[] | null;
  readonly findings: readonly Finding[];
}

const subject = "customers' database";
const rowsAtOnce = 5_000;
const shownAtMost = 10;

/** Reads them. */
export async function findCustomers(config: Config, timeoutMs: number): Promise<FoundCustomers> {
  const { directory, customers } = config;
  if (directory === null || !("postgres" in directory)) return { customers, findings: [] };
  const found = await readDatabase({ ...directory.postgres, connections: 1, timeoutMs });
  return found.customers === null
    ? found
    : { ...found, findings: [...found.findings, ...checkAccounts(config, found.customers)] };
}

async function readDatabase(postgres: PostgresConfig): Promise<FoundCustomers> {
  const startedAt = performance.now();
  const customers: CustomerEntry[] = [];
  try {
    const pending = await pendingMigrations(postgres, postgres.timeoutMs);
    if (pending.length > 0) {
      const says = `${pending.length === 1 ? "a step has" : `${pending.length} steps have`} yet to be taken: ${pending.join(", ")}.`;
      return { customers: null, findings: [failure(subject, says, "Run invoicegraph migrate.")] };
    }
    const directory = createPostgresDirectory(postgres, () => {});
    try {
      for (let page = await directory.page(null, rowsAtOnce); page.length > 0;) {
        customers.push(...page);
        page = await directory.page(page.at(-1)?.key ?? null, rowsAtOnce);
      }
    } finally {
      await directory.close();
    }
  } catch (thrown) {
    const { detail, cause } = toFailure(thrown);
    const why =
      detail ?? sentenceOf(cause instanceof Error && cause.cause !== undefined ? cause.cause : cause);
    const remedy =
      "Check directory.postgres: url (host, port, user, password, sslmode) and schema, and that the user may read the tables.";
    return { customers: null, findings: [failure(subject, `${why}.`, remedy)] };
  }
  const tookMs = Math.round(performance.now() - startedAt);
  if (customers.length === 0) {
    const remedy = "Run invoicegraph directory import with a file of customers.";
    return { customers, findings: [warning(subject, "answers, and holds no customer.", remedy)] };
  }
  return {
    customers,
    findings: [ok(subject, `answers, is up to date and holds ${customers.length} customers (${tookMs} ms).`)],
  };
}

/** What an import would have refused: rows can also be written by others. */
function checkAccounts({ sources }: Config, customers: readonly CustomerEntry[]): Finding[] {
  const kinds = new Map(sources.map(({ id, kind }) => [id, kind]));
  const strangers = new Map<string, number>();
  const wrong: Finding[] = [];
  for (const { key, accounts } of customers) {
    for (const { source, reference } of accounts) {
      const kind = kinds.get(source);
      if (kind === undefined) {
        strangers.set(source, (strangers.get(source) ?? 0) + 1);
        continue;
      }
      const read = attempt(() => kind.readAccount(reference));
      if (read === reference) continue;
      const says = `${key} is linked to ${reference} of ${source}, which must be ${read === null ? kind.accountTerm : `written ${read}`}: it is never found.`;
      wrong.push(
        failure(subject, says, "Correct the account in the database, or import the customers anew."),
      );
    }
  }
  const rest = wrong.length - shownAtMost;
  return [
    ...wrong.slice(0, shownAtMost),
    ...(rest > 0
      ? [failure(subject, `${rest} more accounts are not right.`, "Correct the first ones.")]
      : []),
    ...[...strangers].map(([source, count]) =>
      warning(
        subject,
        `${count === 1 ? "1 account is" : `${count} accounts are`} linked in ${source}, which is not a configured source: never asked for.`,
        `Add sources.${source}, or take these accounts out.`,
      ),
    ),
  ];
}

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
