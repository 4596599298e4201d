/** Asks for the provenance of every value that an operation answers with, and reads the answer leaf by leaf. */
import {
  type ArgumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** One field's provenance, as the graph tells it. */
export interface Told {
  readonly field: string;
  readonly value: unknown;
  readonly kind: string;
  readonly isReproduced: boolean | null;
  readonly setting: string | null;
  readonly derivedFrom: readonly string[];
  readonly source: { readonly id: string };
  readonly places: readonly {
    readonly record: string;
    readonly pointer: string;
    readonly text: string | null;
  }[];
}

/** A leaf of an answer. */
export interface Leaf {
  /** Such as "InvoiceTotalsGroup.count". */
  readonly coordinate: string;
  readonly value: unknown;
  /** The path below the nearest invoice or settings, such as "lines.0.glCode"; null when it is below none. */
  readonly path: string | null;
  /** What that invoice, or those settings, tell of their fields. */
  readonly told: readonly Told[];
}

const first100: ArgumentNode = {
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: "first" },
  value: { kind: Kind.INT, value: "100" },
};
const told = `zTold: provenance { field value kind isReproduced setting derivedFrom source { id } places { record pointer text } }`;
const nodes = `nodes { id type currency totalAmount issuedOn source { id } customer { key } ${told} }`;

/** The operation with the provenance of each invoice and of all settings, and with all invoices of each list and total. */
export function withProvenance(schema: GraphQLSchema, text: string): string {
  const info = new TypeInfo(schema);
  const document = visit(
    parse(text),
    visitWithTypeInfo(info, {
      Field(node) {
        if (info.getType()?.toString() !== "InvoiceConnection!") return undefined;
        const others = (node.arguments ?? []).filter(({ name }) => name.value !== "first");
        return { ...node, arguments: [...others, first100] };
      },
      SelectionSet: {
        leave(node) {
          const type = info.getParentType()?.name;
          if (type === "Invoice" || type === "InvoiceSettings") return withMore(node, told);
          if (type === "InvoiceConnection") return withMore(node, `zAll: ${nodes} pageInfo { hasNextPage }`);
          const totals = node.selections.find(
            (each) => each.kind === Kind.FIELD && each.name.value === "invoiceTotals",
          );
          if (totals === undefined) return undefined;
          const args = ((totals as FieldNode).arguments ?? [])
            .filter(({ name }) => name.value !== "groupBy")
            .map(print);
          return withMore(
            node,
            `zAll: invoices(${[...args, "first: 100"].join(", ")}) { ${nodes} pageInfo { hasNextPage } }`,
          );
        },
      },
    }),
  );
  return print(document);
}

function withMore(node: SelectionSetNode, more: string): SelectionSetNode {
  const [definition] = parse(`{ ${more} }`).definitions;
  const added = definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
  return { ...node, selections: [...node.selections, ...added] };
}

/** Every leaf of an operation's data that the operation itself asks for. */
export function leavesOfAnswer(schema: GraphQLSchema, text: string, data: unknown): Leaf[] {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("an operation comes first");
  const leaves: Leaf[] = [];
  const root = schema.getRootType(operation.operation);
  if (root) walk(schema, operation.selectionSet, root.name, data, { path: null, told: [] }, leaves);
  return leaves;
}

type Below = Pick<Leaf, "path" | "told">;

function walk(
  schema: GraphQLSchema,
  set: SelectionSetNode,
  typeName: string,
  value: unknown,
  below: Below,
  leaves: Leaf[],
): void {
  const object = value as Record<string, unknown>;
  const isRoot = typeName === "Invoice" || typeName === "InvoiceSettings";
  const here: Below = isRoot ? { path: "", told: (object["zTold"] ?? []) as Told[] } : below;
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
  for (const selection of set.selections as readonly (SelectionNode | InlineFragmentNode)[]) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const on = selection.typeCondition?.name.value ?? typeName;
      if (on === typeName || on === object["__typename"])
        walk(schema, selection.selectionSet, on, value, below, leaves);
      continue;
    }
    if (selection.kind !== Kind.FIELD) throw new Error("the cookbook has no named fragments");
    const name = selection.name.value;
    const field = type.getFields()[name];
    if (field === undefined) continue;
    const path = here.path === null ? null : `${here.path}${here.path === "" ? "" : "."}${name}`;
    const found = object[selection.alias?.value ?? name];
    each(
      found,
      path,
      (one, at) => {
        if (selection.selectionSet === undefined || one === null || Array.isArray(one))
          leaves.push({ coordinate: `${typeName}.${name}`, value: one, path: at, told: here.told });
        else
          walk(
            schema,
            selection.selectionSet,
            getNamedType(field.type).name,
            one,
            { path: at, told: here.told },
            leaves,
          );
      },
      selection.selectionSet !== undefined,
    );
  }
}

function each(
  value: unknown,
  path: string | null,
  visitOne: (one: unknown, path: string | null) => void,
  isComposite: boolean,
): void {
  if (!Array.isArray(value) || value.length === 0 || !isComposite) visitOne(value, path);
  else for (const [index, one] of value.entries()) visitOne(one, path === null ? null : `${path}.${index}`);
}
