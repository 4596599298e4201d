/** One page of a list, as `pageable` describes it. */
import type { Pageable } from "./envelope.ts";

export interface PageRules {
  /** Names of the parameters. */
  readonly page: string;
  readonly size: string;
  readonly maxPageSize: number;
  /** Gives the first page whatever page is asked for. */
  readonly isStuck: boolean;
}

/** The page that the query asks for: the first, of ten records as in the sample, unless told; null when it makes no sense. */
export function pageOf(
  records: object[],
  query: URLSearchParams,
  rules: PageRules,
): { records: object[]; pageable: Pageable } | null {
  const asked = whole(query.get(rules.page) ?? "0");
  const wanted = whole(query.get(rules.size) ?? "10");
  if (asked === null || wanted === null || wanted === 0) return null;
  const page = rules.isStuck ? 0 : asked;
  const size = Math.min(wanted, rules.maxPageSize);
  const totalPages = Math.ceil(records.length / size);
  return {
    records: records.slice(page * size, (page + 1) * size),
    pageable: { page, size, totalPages, totalElements: records.length },
  };
}

function whole(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
