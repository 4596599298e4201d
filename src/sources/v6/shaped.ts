/** What lists need of the records that are read along a known shape. */
import type { Needed } from "./shape.ts";
import type { V6Invoice } from "./wire.ts";

/** A record without what lists do not need; it was compared with the documents when it was read. */
export class ShapedRecord implements V6Invoice {
  readonly invoiceNo: unknown;
  readonly fileType: unknown;
  readonly customerCode: unknown;
  readonly invoiceDate: unknown;
  readonly dueDate: unknown;
  readonly taxAmount: unknown;
  readonly grossEntry: unknown;
  readonly creditReason: unknown;
  readonly lines: unknown;

  /** The values in the order of the fields. */
  constructor(values: readonly unknown[]) {
    this.invoiceNo = values[0];
    this.fileType = values[1];
    this.customerCode = values[2];
    this.invoiceDate = values[3];
    this.dueDate = values[4];
    this.taxAmount = values[5];
    this.grossEntry = values[6];
    this.creditReason = values[7];
    this.lines = values[8];
  }
}

/** A record, and what is within it. */
export const neededRecord: Needed = {
  make: (values) => new ShapedRecord(values),
  within: {
    lines: {
      make: (values) => ({ amount: values[0], price: values[1], gstAmount: values[2], quantity: values[3] }),
      within: {},
    },
    creditReason: {
      make: (values) => ({ creditReasonCode: values[0], description: values[1] }),
      within: {},
    },
  },
};
