/** Pages of customers, ordered by key. */
import type { Customer } from "../model/customer.ts";
import { Failure } from "../model/errors.ts";

export interface CustomerPageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** One page, in the shape of a Relay connection. */
export interface CustomerPage {
  readonly edges: readonly { readonly node: Customer; readonly cursor: string }[];
  readonly nodes: readonly Customer[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const prefix = "customer:";

/** The page that is asked for; throws BAD_INPUT and BAD_CURSOR. */
export async function customerPage(
  load: (after: string | null, limit: number) => Promise<readonly Customer[]>,
  { first, after }: CustomerPageArguments,
  size: { readonly default: number; readonly max: number },
): Promise<CustomerPage> {
  const limit = first ?? size.default;
  if (limit < 0 || limit > size.max) {
    throw new Failure("BAD_INPUT", { message: `\`first\` must be from 0 to ${size.max}; it is ${limit}.` });
  }
  const found = await load(after === null || after === undefined ? null : readCursor(after), limit + 1);
  const nodes = found.slice(0, limit);
  const edges = nodes.map((node) => ({ node, cursor: writeCursor(node.key) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: found.length > limit,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function writeCursor(key: string): string {
  return Buffer.from(prefix + key, "utf8").toString("base64url");
}

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (!text.startsWith(prefix) || writeCursor(text.slice(prefix.length)) !== cursor) {
    throw new Failure("BAD_CURSOR", {
      message:
        "The cursor is not one of the customer list: pass on a cursor exactly as this API gave it out.",
    });
  }
  return text.slice(prefix.length);
}
