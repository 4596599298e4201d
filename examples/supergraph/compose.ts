/** Composes the three subgraphs into one supergraph, with The Guild's composer (`rover supergraph compose` does the same). */
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";
import { crmTypeDefs } from "./crm.ts";
import { supportTypeDefs } from "./support.ts";

/** Where each subgraph is reached. */
export interface SubgraphUrls {
  /** InvoiceGraph's /subgraph. */
  readonly invoices: string;
  readonly crm: string;
  readonly support: string;
}

/** The subgraphs as composers take them; `invoicesSdl` is the text of InvoiceGraph's schema.graphql. */
export function subgraphsOf(invoicesSdl: string, urls: SubgraphUrls) {
  return [
    { name: "invoices", url: urls.invoices, typeDefs: parse(invoicesSdl) },
    { name: "crm", url: urls.crm, typeDefs: parse(crmTypeDefs) },
    { name: "support", url: urls.support, typeDefs: parse(supportTypeDefs) },
  ];
}

/** The supergraph's SDL; throws with every reason why they do not compose. */
export function composeSupergraph(invoicesSdl: string, urls: SubgraphUrls): string {
  const { supergraphSdl, errors } = composeServices(subgraphsOf(invoicesSdl, urls));
  if (supergraphSdl === undefined)
    throw new Error(`The subgraphs do not compose: ${errors?.map(({ message }) => message).join("; ")}`);
  return supergraphSdl;
}
