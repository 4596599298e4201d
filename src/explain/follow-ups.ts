/** What in an operation makes sources be asked because of what they have answered: where answers are not known, its calls cannot be counted. */
import {
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  Kind,
  getNamedType,
  isInterfaceType,
  isObjectType,
  visit,
} from "graphql";

/** What may follow from invoices: nothing, calls for their details, for what they credit, or for anybody's anything. */
type OfInvoices = "NOTHING" | "DETAILS" | "CREDITED" | "ANYTHING";

export interface FollowUps {
  readonly ofInvoices: OfInvoices;
  /** From invoice settings, apart from their currency and terms. */
  readonly ofSettings: boolean;
}

/** An operation that is to be planned. */
export interface PlannedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** As they were sent. */
  readonly variables: unknown;
}

// Fields whose resolvers ask for more of an invoice than its list tells.
const detailed =
  "finalizedOn billingPeriod netAmount taxAmount derivedAmounts lines billTo creditedInvoices purchaseOrder provenance";
const needs: ReadonlyMap<string, OfInvoices> = new Map<string, OfInvoices>([
  ...detailed.split(" ").map((name) => [`Invoice.${name}`, "DETAILS"] as const),
  ["Invoice.warnings", "CREDITED"],
  ["CreditedInvoice.invoice", "CREDITED"],
  // A file that the source does not have is written from the details.
  ["Mutation.downloadInvoices", "DETAILS"],
  ["Mutation.exportInvoices", "DETAILS"],
]);

// Fields of customers and accounts whose resolvers ask sources: below an invoice, nobody knows of whom.
const asks: ReadonlySet<string> = new Set([
  "Customer.invoices",
  "Customer.invoiceTotals",
  "Customer.settings",
  "SourceAccount.name",
  "SourceAccount.status",
  "SourceAccount.type",
  "SourceAccount.currency",
  "SourceAccount.subAccounts",
]);

// Conditions of filters that are decided by details.
const conditions: ReadonlyMap<string, OfInvoices> = new Map<string, OfInvoices>([
  ["purchaseOrder", "DETAILS"],
  ["billingPeriod", "DETAILS"],
  ["hasWarnings", "CREDITED"],
]);

const fromInvoices: ReadonlySet<string> = new Set([
  "Invoice",
  "InvoiceConnection",
  "InvoiceEdge",
  "InvoiceTotals",
]);
const ranks: readonly OfInvoices[] = ["NOTHING", "DETAILS", "CREDITED", "ANYTHING"];

/** Directives are not looked at: what @skip leaves out counts too. */
export function followUpsOf({ schema, operation, fragments, variables }: PlannedOperation): FollowUps {
  let ofInvoices: OfInvoices = "NOTHING";
  let ofSettings = false;
  const need = (more: OfInvoices | undefined) => {
    if (more !== undefined && ranks.indexOf(more) > ranks.indexOf(ofInvoices)) ofInvoices = more;
  };

  function look(
    set: SelectionSetNode,
    parent: GraphQLNamedType | undefined,
    below: { readonly invoices: boolean; readonly recipient: boolean },
  ): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined)
          look(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), below);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        look(selection.selectionSet, condition === undefined ? parent : schema.getType(condition), below);
      } else if (isObjectType(parent) || isInterfaceType(parent)) {
        const coordinate = `${parent.name}.${selection.name.value}`;
        need(needs.get(coordinate));
        if (below.invoices && asks.has(coordinate)) need("ANYTHING");
        if (below.recipient && asks.has(coordinate)) ofSettings = true;
        const field = parent.getFields()[selection.name.value];
        if (field === undefined || selection.selectionSet === undefined) continue;
        const type = getNamedType(field.type);
        look(selection.selectionSet, type, {
          invoices: below.invoices || fromInvoices.has(type.name),
          recipient: below.recipient || coordinate === "InvoiceSettings.recipient",
        });
      }
    }
  }

  look(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, {
    invoices: false,
    recipient: false,
  });
  visit(operation, { ObjectField: ({ name }) => need(conditions.get(name.value)) });
  JSON.stringify(variables, (key, value: unknown) => {
    need(conditions.get(key));
    return value;
  });
  return { ofInvoices, ofSettings };
}
