/** A4 pages that are filled from top to bottom: where the next line goes, and when a new page begins. */
import Pdf from "pdfkit";
import type { EndSignal } from "../../../model/ending.ts";
import { createPace, type Pace } from "../../../model/pace.ts";
import { createTypesetter, type TextStyle, type Typesetter } from "./typesetter.ts";

/** The margins and the paper, in points. */
export const paper = { left: 48, right: 547, top: 52, bottom: 782, footer: 806 } as const;

export const ink = { text: "#1a1f27", quiet: "#5c6673", rule: "#c3cad3", band: "#eef1f5" } as const;

/** A document being written. */
export interface Sheet {
  readonly doc: PDFKit.PDFDocument;
  readonly type: Typesetter;
  /** Asked before each row and each line that is drawn; a rest throws the signal's reason when it has ended. */
  readonly pace: Pace;
  /** The top of what comes next; grows downwards. */
  y: number;
  /** Begins a new page when less than the height is left on this one; true when it did. */
  ensure(height: number): boolean;
  /** Called on every page after the first, before anything is written on it. */
  onNewPage: () => void;
  /** Writes wrapped text at x and moves y below it. */
  paragraph(text: string, x: number, width: number, style: TextStyle): Promise<void>;
}

/** What a viewer shows as the document's properties. */
export interface SheetInfo {
  readonly title: string;
  readonly author: string;
  readonly createdAt: Date;
}

/** The height of a line of that size. */
export function lineHeight(size: number): number {
  return size * 1.42;
}

/** The baseline of a line of that size whose top is y. */
export function baseline(y: number, size: number): number {
  return y + size * 1.07;
}

/** An empty A4 document. Who writes on it stops when the signal ends. */
export function createSheet({ title, author, createdAt }: SheetInfo, signal: EndSignal): Sheet {
  const doc = new Pdf({
    size: "A4",
    margin: 0,
    bufferPages: true,
    lang: "en",
    displayTitle: true,
    // No font is opened before one is needed: pdfkit would open Helvetica otherwise.
    font: "",
    info: {
      Title: title,
      Author: author,
      Creator: "InvoiceGraph",
      Producer: "InvoiceGraph with PDFKit",
      CreationDate: createdAt,
    },
  });
  const pace = createPace(signal);
  const type = createTypesetter(doc, pace);
  const sheet: Sheet = {
    doc,
    type,
    pace,
    y: paper.top,
    onNewPage: () => {},
    ensure(height) {
      if (sheet.y + height <= paper.bottom) return false;
      doc.addPage();
      sheet.y = paper.top;
      sheet.onNewPage();
      return true;
    },
    async paragraph(text, x, width, style) {
      for (const line of await type.wrap(text, width, style)) {
        if (pace.isDue()) await pace.rest();
        sheet.ensure(lineHeight(style.size));
        type.draw(line, x, baseline(sheet.y, style.size), style);
        sheet.y += lineHeight(style.size);
      }
    },
  };
  return sheet;
}

/** A thin line across the page at y. */
export function rule(sheet: Sheet, y: number, from: number = paper.left): void {
  sheet.doc.moveTo(from, y).lineTo(paper.right, y).lineWidth(0.6).strokeColor(ink.rule).stroke();
}
