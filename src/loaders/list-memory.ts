/** What lists made of kept answers, remembered for as long as all of these answers are kept. */
import type { Answer } from "../model/source.ts";
import type { Collected } from "./collected.ts";
import type { ListedPage } from "./list-page.ts";

/** A place for what is made of certain answers, by the text of all else that decides it. */
export interface Shelf {
  get(key: string): Collected | null;
  set(key: string, collected: Collected): void;
}

// Beyond so many bytes all is forgotten: what is still asked for is worked out again. An invoice found takes 48, as much again where totals are
// grouped finely; one on a page with its edge and cursor 500.
const mostBytes = 32_000_000;
const mostOfOne = 4_000_000;
const bytesOfFound = 100;
const bytesOfListed = 500;
const bytesOfBranch = 300;
const mostPages = 4;

/**
 * Lists that can be asked for again. Nothing is remembered of answers that only one request has met, so that those which nobody keeps
 * cost a mark only. What is remembered holds no answer: it is reached through them and goes with the first that goes.
 */
export class ListMemory {
  #requests = 0;
  /** Which request met them first. */
  #met = new WeakMap<Answer, number>();
  #root = new Branch();
  #pages = new WeakMap<Collected, Map<string, ListedPage>>();
  #bytes = 0;

  /** A number for one more request. */
  newRequest(): number {
    return (this.#requests += 1);
  }

  /** The shelf of a list that is made of these answers and of nothing else; null when no earlier request has met them. */
  shelfOf(answers: readonly Answer[], request: number): Shelf | null {
    const [first] = answers;
    if (first === undefined) return null;
    const metBy = this.#met.get(first);
    if (metBy === undefined) this.#met.set(first, request);
    if (metBy === undefined || metBy === request) return null;
    let branch = this.#root;
    for (const answer of answers) branch = branch.below(answer);
    const { lists } = branch;
    return {
      get: (key) => lists.get(key) ?? null,
      set: (key, collected) => {
        const bytes = key.length + collected.count * bytesOfFound + answers.length * bytesOfBranch;
        if (!this.#weigh(bytes)) return;
        lists.set(key, collected);
        this.#pages.set(collected, new Map());
      },
    };
  }

  /** Is the list remembered, so that its pages may be? */
  holds(collected: Collected): boolean {
    return this.#pages.has(collected);
  }

  /** A page of a list that is remembered, by the text of all that decides it beside the list; made where it is not there. */
  async page(collected: Collected, key: string, make: () => Promise<ListedPage>): Promise<ListedPage> {
    const pages = this.#pages.get(collected) ?? new Map<string, ListedPage>();
    const known = pages.get(key);
    if (known !== undefined) return known;
    const page = await make();
    if (this.#weigh(key.length + page.nodes.length * bytesOfListed)) {
      const [oldest] = pages.keys();
      if (pages.size >= mostPages && oldest !== undefined) pages.delete(oldest);
      pages.set(key, page);
    }
    return page;
  }

  /** False when it is too much to be remembered at all. */
  #weigh(bytes: number): boolean {
    if (bytes > mostOfOne) return false;
    this.#bytes += bytes;
    if (this.#bytes > mostBytes) {
      this.#root = new Branch();
      this.#pages = new WeakMap();
      this.#bytes = bytes;
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
