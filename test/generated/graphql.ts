/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** A range of amounts in one currency; both ends are included, and either may be left open. */
export type AmountRangeInput = {
  /** The currency; amounts in other currencies never match. */
  currency: string;
  /** The highest amount. */
  max?: string | null | undefined;
  /** The lowest amount. */
  min?: string | null | undefined;
};

/** Whether several files are bundled into one. */
export type BundleMode =
  /** One zip for several invoices, separate files for one. */
  | 'AUTO'
  /** Always separate files. */
  | 'SEPARATE'
  /** Always one zip, with a manifest.json that lists every file and what is missing. */
  | 'ZIP';

/** A range of instants; both ends are included, and either may be left open. */
export type DateTimeRangeInput = {
  /** The first instant. Default: open. */
  from?: string | null | undefined;
  /** The last instant. Default: open. */
  to?: string | null | undefined;
};

/** A range of days; both ends are included, and either may be left open. */
export type DayRangeInput = {
  /** The first day. Default: open. */
  from?: string | null | undefined;
  /** The last day. Default: open. */
  to?: string | null | undefined;
};

/** How files are delivered. */
export type DeliveryMode =
  /** Within the response, as base64; only up to a configured size. */
  | 'BASE64'
  /** As links that work for some minutes and need no further credential. */
  | 'LINK';

/** Which invoices, in which format, and how to deliver them. */
export type DownloadInvoicesInput = {
  /** Separate files, or one zip. */
  bundle?: BundleMode;
  /** As links, or as base64 within the response. */
  delivery?: DeliveryMode;
  /** The format. */
  format?: FileFormat;
  /** The ids of the invoices, of any sources and customers that you may see. */
  invoiceIds: Array<string>;
};

/** How many of the requested files are ready. */
export type DownloadStatus =
  /** None of them: see `failures`. */
  | 'FAILED'
  /** Some of them: see `failures`. */
  | 'PARTIAL'
  /** All of them. */
  | 'READY';

/** The format of a file. */
export type FileFormat =
  /** A table: one row for each line. */
  | 'CSV'
  /** The source's own JSON, or ours where it has none. */
  | 'JSON'
  /** A document for reading and printing. */
  | 'PDF'
  /** An electronic invoice: UBL 2.1 as EN 16931 requires. */
  | 'UBL'
  /** The source's own XML. */
  | 'XML';

/** Who made a file. */
export type FileOrigin =
  /** This API, from the source's data. */
  | 'RENDERED'
  /** The source: its own file, byte for byte. */
  | 'SOURCE';

/** Conditions on invoices; all that are given must hold. An invoice that lacks a value never matches a condition on that value. */
export type InvoiceFilter = {
  /** The billing period overlaps this range. Costs one more upstream call per invoice where a source's list does not include it (Akamai). */
  billingPeriod?: DayRangeInput | null | undefined;
  /** When the source generated it. */
  createdAt?: DateTimeRangeInput | null | undefined;
  /** The credit reason's code, or a part of its description. */
  creditReason?: string | null | undefined;
  /** In one of these currencies. */
  currencies?: Array<string> | null | undefined;
  /** Of one of these customers, by their global ids. Nothing is asked about others. */
  customers?: Array<string> | null | undefined;
  /** The due date. */
  dueOn?: DayRangeInput | null | undefined;
  /** Only invoices with warnings (true), or without any (false). Costs one more upstream call per invoice where a source's list does not include lines (Akamai). */
  hasWarnings?: boolean | null | undefined;
  /** The issue date; it decides which months the sources are asked for. Default: the current month and the eleven before it. */
  issuedOn?: DayRangeInput | null | undefined;
  /** The invoice number. */
  number?: InvoiceNumberFilter | null | undefined;
  /** Due before this day. No source says what has been paid, so this does not mean unpaid. */
  pastDueOn?: string | null | undefined;
  /** The purchase order of the invoice or of one of its lines. Costs one more upstream call per invoice where a source's list does not include it (Akamai). */
  purchaseOrder?: string | null | undefined;
  /** From one of these sources, by their configured names. Other sources are not asked. */
  sources?: Array<string> | null | undefined;
  /** The total amount. */
  totalAmount?: AmountRangeInput | null | undefined;
  /** Of one of these types. */
  types?: Array<InvoiceType> | null | undefined;
};

/** A condition on the invoice number. Upper and lower case are not distinguished. */
export type InvoiceNumberFilter = {
  /** Any part of the number. */
  contains?: string | null | undefined;
  /** The whole number. Digits alone also match a number with a prefix: "123" finds "LT00123". */
  equals?: string | null | undefined;
};

/** The type of an invoice document. */
export type InvoiceType =
  /** A correction in the customer's favour: its amounts are zero or negative. */
  | 'CREDIT_MEMO'
  /** An additional charge that corrects an earlier invoice. */
  | 'DEBIT_MEMO'
  /** A charge: the customer owes the total. */
  | 'INVOICE'
  /** The source's type is none of the known ones; see `sourceType`. */
  | 'UNKNOWN';

/** What the viewer may see. */
export type Role =
  /** You see your own customer and its direct sub-customers. */
  | 'CUSTOMER'
  /** You see all customers. */
  | 'CUSTOMER_SERVICE';

export type CustomerSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type CustomerSettingsQuery = { viewer: { role: Role, customer: { id: string, name: string, settings: { paysInvoiceFee: boolean | null, currency: { code: string | null } | null, paymentTerms: { name: string | null, days: number | null } | null, recipient: { id: string, name: string } | null } | null } | null } };

export type DownloadInvoicesMutationVariables = Exact<{
  input: DownloadInvoicesInput;
}>;


export type DownloadInvoicesMutation = { downloadInvoices: { status: DownloadStatus, files: Array<{ fileName: string, contentType: string, size: number, sha256: string, url: string | null, expiresAt: string | null, origin: FileOrigin | null }>, failures: Array<{ invoiceId: string, code: string, message: string, retryable: boolean }> } };

export type LatestInvoicesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: InvoiceFilter | null | undefined;
}>;


export type LatestInvoicesQuery = { invoices: { totalCount: number | null, isComplete: boolean, edges: Array<{ cursor: string, node: { id: string, number: string | null, type: InvoiceType, issuedOn: string | null, dueOn: string | null, currency: string | null, totalAmount: string | null, customer: { id: string, name: string } | null, source: { id: string, kind: string } } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, totals: Array<{ currency: string | null, count: number, totalAmount: string | null }> } };


export const CustomerSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CustomerSettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paysInvoiceFee"}},{"kind":"Field","name":{"kind":"Name","value":"currency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}},{"kind":"Field","name":{"kind":"Name","value":"paymentTerms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"days"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recipient"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<CustomerSettingsQuery, CustomerSettingsQueryVariables>;
export const DownloadInvoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DownloadInvoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DownloadInvoicesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"downloadInvoices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"files"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"contentType"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}}]}},{"kind":"Field","name":{"kind":"Name","value":"failures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"invoiceId"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]}}]} as unknown as DocumentNode<DownloadInvoicesMutation, DownloadInvoicesMutationVariables>;
export const LatestInvoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LatestInvoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"InvoiceFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"invoices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"issuedOn"}},{"kind":"Field","name":{"kind":"Name","value":"dueOn"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"totalAmount"}},{"kind":"Field","name":{"kind":"Name","value":"customer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"totalAmount"}}]}}]}}]}}]} as unknown as DocumentNode<LatestInvoicesQuery, LatestInvoicesQueryVariables>;