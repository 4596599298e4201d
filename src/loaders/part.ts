/** The part of a list that one question brought. */
import { partId } from "../listing/cursor.ts";
import type { Found, Part } from "../listing/found.ts";

const nothing: readonly never[] = [];

/** Its id is a hash that lists seldom need: it is worked out when it is first read. Not to be copied with `{...part}`. */
export class AskedPart implements Part {
  readonly source: string;
  readonly failed: boolean;
  readonly found: readonly Found[];
  readonly undecided: readonly Found[] = nothing;
  private readonly question: string;
  #id: string | null = null;

  /** `found`: null where the question failed. */
  constructor(source: string, question: string, found: readonly Found[] | null) {
    this.source = source;
    this.failed = found === null;
    this.found = found ?? nothing;
    this.question = question;
  }

  get id(): string {
    return (this.#id ??= partId(this.source, this.question));
  }
}
