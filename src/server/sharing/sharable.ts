/** Which operations' answers may be shared: those whose every field is known to depend on nothing but what the key of an answer holds. */
import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  isCompositeType,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/**
 * Where answers follow from the sources' answers, the directory and the viewer alone. What is not listed is not shared: a new
 * root field or type has to be thought about first (a test names those that are not here).
 */
export const sharedFields: Readonly<Record<string, "all" | readonly string[]>> = {
  Query: [
    "__typename",
    "viewer",
    "customer",
    "customers",
    "invoice",
    "invoices",
    "invoicesByNumber",
    "invoiceTotals",
    "node",
    "nodes",
    "sources",
  ],
  // Not `health`: it is how a source is doing at the moment.
  Source: ["__typename", "id", "kind", "listsInvoices", "hasFiles", "hasSettings"],
  ...Object.fromEntries(
    [
      "Node",
      "Viewer",
      "Customer",
      "CustomerConnection",
      "CustomerEdge",
      "PageInfo",
      "SourceAccount",
      "Invoice",
      "InvoiceConnection",
      "InvoiceEdge",
      "InvoiceLine",
      "InvoiceSettings",
      "InvoiceTotals",
      "InvoiceTotalsGroup",
      "InvoiceWarning",
      "BillTo",
      "CreditReason",
      "CreditedInvoice",
      "DayRange",
      "FileOffer",
      "MissingRange",
      "OmittedInvoices",
      "PaymentTerms",
      "SettingsCurrency",
      "SourceError",
      "SourceReport",
    ].map((name) => [name, "all"]),
  ),
};

/** May the answer be given to several? A query without arguments that ask for freshness, of fields that may be shared. */
export function isSharable(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
): boolean {
  if (definition.operation !== OperationTypeNode.QUERY) return false;
  const types = new TypeInfo(schema);
  let isShared = true;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        const parent = types.getParentType();
        const fields = parent === null || parent === undefined ? undefined : sharedFields[parent.name];
        if (fields === undefined || (fields !== "all" && !fields.includes(name.value))) isShared = false;
        const type = types.getType();
        const below = type === null || type === undefined ? undefined : getNamedType(type);
        if (isCompositeType(below) && !Object.hasOwn(sharedFields, below.name)) isShared = false;
      },
      // Who says how fresh an answer must be wants it from after asking.
      Argument({ name }) {
        if (name.value === "freshness") isShared = false;
      },
    }),
  );
  return isShared;
}
