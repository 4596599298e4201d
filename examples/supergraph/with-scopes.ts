/** InvoiceGraph's SDL with @authenticated and @requiresScopes, for routers that enforce them (Apollo Router, Hive Router). */
import { type ConstDirectiveNode, Kind, parse, parseConstValue, print, visit } from "graphql";

/**
 * The same SDL, in which every entity needs a verified caller and `Invoice.raw` the scope `raw`. schema.graphql itself
 * goes without: Apollo's gateway for Node refuses every supergraph that has them.
 */
export function withScopes(sdl: string): string {
  const entities = new Set(["Customer", "Invoice", "SourceAccount"]);
  return print(
    visit(parse(sdl), {
      ObjectTypeDefinition(type) {
        const fields = type.fields?.map((field) =>
          type.name.value === "Invoice" && field.name.value === "raw"
            ? {
                ...field,
                directives: [...(field.directives ?? []), directive("requiresScopes", "scopes", `[["raw"]]`)],
              }
            : field,
        );
        const directives = entities.has(type.name.value)
          ? [...(type.directives ?? []), directive("authenticated")]
          : type.directives;
        return { ...type, ...(fields && { fields }), ...(directives && { directives }) };
      },
      ListValue(list, _key, parent) {
        // The one list of the schema extension: what @link imports.
        if (!isImport(parent)) return undefined;
        const names = ["@authenticated", "@requiresScopes"].map(
          (value) => ({ kind: Kind.STRING, value }) as const,
        );
        return { ...list, values: [...list.values, ...names] };
      },
    }),
  );
}

function isImport(parent: unknown): boolean {
  return (
    typeof parent === "object" &&
    parent !== null &&
    "name" in parent &&
    (parent.name as { value?: string }).value === "import"
  );
}

function directive(name: string, argument?: string, value?: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    ...(argument !== undefined &&
      value !== undefined && {
        arguments: [
          { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: argument }, value: parseConstValue(value) },
        ],
      }),
  };
}
