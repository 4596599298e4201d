/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "query CustomerSettings {\n  viewer {\n    role\n    customer {\n      id\n      name\n      settings {\n        paysInvoiceFee\n        currency {\n          code\n        }\n        paymentTerms {\n          name\n          days\n        }\n        recipient {\n          id\n          name\n        }\n      }\n    }\n  }\n}": typeof types.CustomerSettingsDocument,
    "mutation DownloadInvoices($input: DownloadInvoicesInput!) {\n  downloadInvoices(input: $input) {\n    status\n    files {\n      fileName\n      contentType\n      size\n      sha256\n      url\n      expiresAt\n      origin\n    }\n    failures {\n      invoiceId\n      code\n      message\n      retryable\n    }\n  }\n}": typeof types.DownloadInvoicesDocument,
    "query LatestInvoices($first: Int!, $after: String, $filter: InvoiceFilter) {\n  invoices(first: $first, after: $after, filter: $filter) {\n    totalCount\n    isComplete\n    edges {\n      cursor\n      node {\n        id\n        number\n        type\n        issuedOn\n        dueOn\n        currency\n        totalAmount\n        customer {\n          id\n          name\n        }\n        source {\n          id\n          kind\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totals {\n      currency\n      count\n      totalAmount\n    }\n  }\n}": typeof types.LatestInvoicesDocument,
};
const documents: Documents = {
    "query CustomerSettings {\n  viewer {\n    role\n    customer {\n      id\n      name\n      settings {\n        paysInvoiceFee\n        currency {\n          code\n        }\n        paymentTerms {\n          name\n          days\n        }\n        recipient {\n          id\n          name\n        }\n      }\n    }\n  }\n}": types.CustomerSettingsDocument,
    "mutation DownloadInvoices($input: DownloadInvoicesInput!) {\n  downloadInvoices(input: $input) {\n    status\n    files {\n      fileName\n      contentType\n      size\n      sha256\n      url\n      expiresAt\n      origin\n    }\n    failures {\n      invoiceId\n      code\n      message\n      retryable\n    }\n  }\n}": types.DownloadInvoicesDocument,
    "query LatestInvoices($first: Int!, $after: String, $filter: InvoiceFilter) {\n  invoices(first: $first, after: $after, filter: $filter) {\n    totalCount\n    isComplete\n    edges {\n      cursor\n      node {\n        id\n        number\n        type\n        issuedOn\n        dueOn\n        currency\n        totalAmount\n        customer {\n          id\n          name\n        }\n        source {\n          id\n          kind\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totals {\n      currency\n      count\n      totalAmount\n    }\n  }\n}": types.LatestInvoicesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CustomerSettings {\n  viewer {\n    role\n    customer {\n      id\n      name\n      settings {\n        paysInvoiceFee\n        currency {\n          code\n        }\n        paymentTerms {\n          name\n          days\n        }\n        recipient {\n          id\n          name\n        }\n      }\n    }\n  }\n}"): (typeof documents)["query CustomerSettings {\n  viewer {\n    role\n    customer {\n      id\n      name\n      settings {\n        paysInvoiceFee\n        currency {\n          code\n        }\n        paymentTerms {\n          name\n          days\n        }\n        recipient {\n          id\n          name\n        }\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DownloadInvoices($input: DownloadInvoicesInput!) {\n  downloadInvoices(input: $input) {\n    status\n    files {\n      fileName\n      contentType\n      size\n      sha256\n      url\n      expiresAt\n      origin\n    }\n    failures {\n      invoiceId\n      code\n      message\n      retryable\n    }\n  }\n}"): (typeof documents)["mutation DownloadInvoices($input: DownloadInvoicesInput!) {\n  downloadInvoices(input: $input) {\n    status\n    files {\n      fileName\n      contentType\n      size\n      sha256\n      url\n      expiresAt\n      origin\n    }\n    failures {\n      invoiceId\n      code\n      message\n      retryable\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query LatestInvoices($first: Int!, $after: String, $filter: InvoiceFilter) {\n  invoices(first: $first, after: $after, filter: $filter) {\n    totalCount\n    isComplete\n    edges {\n      cursor\n      node {\n        id\n        number\n        type\n        issuedOn\n        dueOn\n        currency\n        totalAmount\n        customer {\n          id\n          name\n        }\n        source {\n          id\n          kind\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totals {\n      currency\n      count\n      totalAmount\n    }\n  }\n}"): (typeof documents)["query LatestInvoices($first: Int!, $after: String, $filter: InvoiceFilter) {\n  invoices(first: $first, after: $after, filter: $filter) {\n    totalCount\n    isComplete\n    edges {\n      cursor\n      node {\n        id\n        number\n        type\n        issuedOn\n        dueOn\n        currency\n        totalAmount\n        customer {\n          id\n          name\n        }\n        source {\n          id\n          kind\n        }\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totals {\n      currency\n      count\n      totalAmount\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;