/** What lists made of kept answers, remembered for as long as all of these answers are kept. */
import type { Answer } from "../model/source.ts";
import type { Collected } from "./collected.ts";
import type { ListedPage } from "./list-page.ts";

/** A list's pages and what they weigh, the one that was asked for last at the end. */
type Pages = Map<string, { readonly page: ListedPage; readonly bytes: number }>;

/** A place for what is made of certain answers, by the text of all else that decides it. */
export interface Shelf {
  get(key: string): Collected | null;
  set(key: string, collected: Collected): void;
}

// Beyond so many bytes all is forgotten: what is still asked for is worked out again. An invoice found takes 48, a list's totals 6,000 at most;
// an invoice on a page with its edge and cursor 500.
const mostBytes = 32_000_000;
const mostOfOne = 4_000_000;
const bytesOfFound = 100;
const bytesOfTotals = 6_000;
const bytesOfListed = 500;
const bytesOfBranch = 300;
const mostPages = 4;

/**
 * Lists that can be asked for again. Nothing is remembered of what is made of an answer that only one request has met, so that those which nobody
 * keeps cost a mark only. What is remembered holds no answer: it is reached through them and goes with the first that goes.
 */
export class ListMemory {
  private requests = 0;
  /** Which request met them first. */
  private met = new WeakMap<Answer, number>();
  private root = new Branch();
  private pages = new WeakMap<Collected, Pages>();
  private bytes = 0;

  /** A number for one more request. */
  newRequest(): number {
    return (this.requests += 1);
  }

  /** The shelf of a list that is made of these answers and of nothing else; null unless an earlier request has met each of them. */
  shelfOf(answers: readonly Answer[], request: number): Shelf | null {
    let areKnown = answers.length > 0;
    for (const answer of answers) {
      const metBy = this.met.get(answer);
      if (metBy === undefined) this.met.set(answer, request);
      if (metBy === undefined || metBy === request) areKnown = false;
    }
    if (!areKnown) return null;
    let branch = this.root;
    for (const answer of answers) branch = branch.below(answer);
    const { lists } = branch;
    return {
      get: (key) => lists.get(key) ?? null,
      set: (key, collected) => {
        const bytes =
          key.length + collected.count * bytesOfFound + bytesOfTotals + answers.length * bytesOfBranch;
        if (!this.weigh(bytes)) return;
        lists.set(key, collected);
        this.pages.set(collected, new Map());
      },
    };
  }

  /** A page of the list, by the text of all that decides it beside the list; made where it is not there, and remembered where the list is. */
  page(
    collected: Collected,
    key: () => string,
    make: () => ListedPage | Promise<ListedPage>,
  ): ListedPage | Promise<ListedPage> {
    const pages = this.pages.get(collected);
    return pages === undefined ? make() : this.pageOf(collected, pages, key(), make);
  }

  private async pageOf(
    collected: Collected,
    pages: Pages,
    text: string,
    make: () => ListedPage | Promise<ListedPage>,
  ): Promise<ListedPage> {
    const known = pages.get(text);
    if (known !== undefined) {
      // Those that were asked for last are kept.
      pages.delete(text);
      pages.set(text, known);
      return known.page;
    }
    const page = await make();
    const bytes = text.length + page.nodes.length * bytesOfListed;
    // Another may have made it by now, and all may have been forgotten.
    if (pages.has(text) || !this.weigh(bytes) || this.pages.get(collected) !== pages) return page;
    const [oldest] = pages;
    if (pages.size >= mostPages && oldest !== undefined) {
      pages.delete(oldest[0]);
      this.bytes -= oldest[1].bytes;
    }
    pages.set(text, { page, bytes });
    return page;
  }

  /** False when it is too much to be remembered at all. */
  private weigh(bytes: number): boolean {
    if (bytes > mostOfOne) return false;
    this.bytes += bytes;
    if (this.bytes > mostBytes) {
      this.root = new Branch();
      this.pages = new WeakMap();
      this.bytes = bytes;
    }
    return true;
  }
}

/** The answers of a list one after the other: each branch is there for as long as its answer is. */
class Branch {
  readonly lists = new Map<string, Collected>();
  #below: WeakMap<Answer, Branch> | null = null;

  below(answer: Answer): Branch {
    this.#below ??= new WeakMap();
    let branch = this.#below.get(answer);
    if (branch === undefined) this.#below.set(answer, (branch = new Branch()));
    return branch;
  }
}
