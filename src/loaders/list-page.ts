/** One page of a list, as fields read it. */
import type { CursorCodec } from "../listing/cursor.ts";
import type { Place } from "../listing/order.ts";
import type { Edge, Page } from "../listing/page.ts";
import type { SourceReport } from "../listing/report.ts";
import type { GroupBy, TotalsGroup } from "../listing/totals.ts";
import type { ClosedRange } from "../model/day.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Collected } from "./collected.ts";

/** Everything that matches, before it is cut into pages. */
export interface Matches {
  /** The days of issue that were asked for; null when the filter leaves none. */
  readonly issuedOn: ClosedRange | null;
  readonly isComplete: boolean;
  readonly sources: readonly SourceReport[];
  /** Null unless the list is complete. */
  readonly totalCount: number | null;
  /** Exact sums of what was found. */
  totals(groupBy: readonly GroupBy[]): Promise<readonly TotalsGroup[]>;
}

/** An invoice of a page, and its cursor. */
export interface InvoiceEdge {
  readonly node: Invoice;
  readonly cursor: string;
}

/** One page of a list, in the shape of a Relay connection. */
export interface InvoiceList extends Matches {
  readonly edges: readonly InvoiceEdge[];
  readonly nodes: readonly Invoice[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** A page that never changes; its edges and cursors are made when they are read. */
export class ListedPage implements InvoiceList {
  readonly issuedOn: ClosedRange | null;
  readonly isComplete: boolean;
  readonly sources: readonly SourceReport[];
  readonly totalCount: number | null;
  readonly nodes: readonly Invoice[];
  /** Of the nodes. */
  readonly ids: readonly string[];
  private readonly collected: Collected;
  private readonly page: Page;
  private readonly codec: CursorCodec;
  #edges: readonly InvoiceEdge[] | null = null;
  #pageInfo: ListedPageInfo | null = null;

  constructor(window: ClosedRange | null, collected: Collected, page: Page, codec: CursorCodec) {
    this.issuedOn = window;
    this.isComplete = collected.isComplete;
    this.sources = collected.reports;
    this.totalCount = collected.isComplete ? collected.count : null;
    this.nodes = page.edges.map(({ invoice }) => invoice);
    this.ids = this.nodes.map(({ id }) => id);
    this.collected = collected;
    this.page = page;
    this.codec = codec;
  }

  get edges(): readonly InvoiceEdge[] {
    const write = (place: Place) => this.codec.write(this.page.positionOf(place));
    return (this.#edges ??= this.page.edges.map((edge) => new ListedEdge(edge, write)));
  }

  get pageInfo(): InvoiceList["pageInfo"] {
    return (this.#pageInfo ??= new ListedPageInfo(this.page, this.codec));
  }

  totals(groupBy: readonly GroupBy[]): Promise<readonly TotalsGroup[]> {
    return this.collected.totals(groupBy);
  }
}

class ListedEdge implements InvoiceEdge {
  readonly node: Invoice;
  private readonly place: Place;
  private readonly write: (place: Place) => string;
  #cursor: string | null = null;

  constructor(edge: Edge, write: (place: Place) => string) {
    this.node = edge.invoice;
    this.place = edge;
    this.write = write;
  }

  // Signed only when it is selected.
  get cursor(): string {
    return (this.#cursor ??= this.write(this.place));
  }
}

class ListedPageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  private readonly page: Page;
  private readonly codec: CursorCodec;
  private start: string | null = null;
  private end: string | null = null;

  constructor(page: Page, codec: CursorCodec) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
    this.page = page;
    this.codec = codec;
  }

  get startCursor(): string | null {
    const start = this.page.start();
    return start === null ? null : (this.start ??= this.codec.write(start));
  }

  get endCursor(): string | null {
    const end = this.page.end();
    return end === null ? null : (this.end ??= this.codec.write(end));
  }
}
