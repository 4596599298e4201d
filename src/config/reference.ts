/** The reference of the configuration as Markdown, made from the JSON Schema of the file: every key with its type, default and meaning. */
import type { SourceKind } from "../sources/kind.ts";
import { configJsonSchema } from "./schema.ts";

interface Node {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | false;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly $ref?: string;
}

const units: readonly (readonly [RegExp, string])[] = [
  [/Ms$/, "ms"],
  [/Seconds$/, "s"],
  [/Bytes$/, "bytes"],
];

const environment = `| variable | meaning |
|---|---|
| \`INVOICEGRAPH_CONFIG\` | the path of this file; without it \`npm start\` starts the sandbox, or nothing with \`NODE_ENV=production\` |
| \`PORT\` | goes before \`server.port\` |
| \`LOG_LEVEL\` | \`debug\`, \`info\` (default), \`warn\` (default in the sandbox), \`error\`, \`silent\` |
| \`INVOICEGRAPH_KEY\`, \`INVOICEGRAPH_TOKEN\` | the credential of \`invoicegraph query\`, where none is given |
| any \`NAME\` | stands where the file says \`\${NAME}\`, or \`\${NAME:-default}\` |`;

/** The page's text. */
export function configReference(kinds: readonly SourceKind[]): string {
  const root = configJsonSchema(kinds) as Node;
  const sections = Object.entries(root.properties ?? {}).map(([name, node]) =>
    name === "sources" ? sourcesText(node) : sectionText(name, node),
  );
  return `# Configuration

Every key of \`invoicegraph.yaml\`. This page is made from the schema that the file is read with (\`npm run docs:config\`); editors
check the file with [invoicegraph.schema.json](../invoicegraph.schema.json), and
[invoicegraph.example.yaml](../invoicegraph.example.yaml) shows every section. Every mistake is reported at once, with its line.

A dot stands between a section and its key, \`[]\` for an entry of a list, \`<name>\` for a name of your own. Keys without a default may be
left out, except those marked **required**, which must stand where their section does.

## Environment

${environment}

${sections.join("\n\n")}
`;
}

function sectionText(name: string, node: Node): string {
  return `## ${name}\n\n${node.description ?? ""}\n\n${tableOf(rowsOf(node, name, false))}`;
}

function sourcesText(node: Node): string {
  const kinds = (node.additionalProperties as Node).oneOf ?? [];
  const tables = kinds.map((kind) => {
    const { kind: name } = kind.properties ?? {};
    return `### \`kind: ${String(name?.const)}\`\n\n${kind.description ?? ""}\n\n${tableOf(rowsOf({ ...kind, description: "" }, "sources.<name>", false))}`;
  });
  return `## sources\n\n${node.description ?? ""}\n\n${tables.join("\n\n")}`;
}

function tableOf(rows: readonly string[]): string {
  return ["| key | type | default | unit | meaning |", "|---|---|---|---|---|", ...rows].join("\n");
}

function rowsOf(given: Node, path: string, isRequired: boolean): string[] {
  const node = withoutVariable(given);
  const { properties, required = [], items, additionalProperties } = node;
  if (properties !== undefined) {
    const below = Object.entries(properties).flatMap(([name, child]) =>
      rowsOf(child, `${path}.${name}`, required.includes(name)),
    );
    return path.includes(".") && node.description ? [rowOf(node, path, isRequired), ...below] : below;
  }
  if (items !== undefined && withoutVariable(items).properties !== undefined)
    return [rowOf(node, path, isRequired), ...rowsOf({ ...items, description: "" }, `${path}[]`, false)];
  if (typeof additionalProperties === "object") {
    const each = withoutVariable(additionalProperties);
    const own = rowOf(node, path, isRequired);
    return each.properties === undefined
      ? [own]
      : [own, ...rowsOf({ ...each, description: "" }, `${path}.<name>`, false)];
  }
  const variants = (node.oneOf ?? node.anyOf ?? []).filter(({ properties: own }) => own !== undefined);
  if (variants.length === 0) return [rowOf(node, path, isRequired)];
  return [rowOf(node, path, isRequired), ...variantRows(variants, path)];
}

// What several variants have in common is said once.
function variantRows(variants: readonly Node[], path: string): string[] {
  const rows = variants.flatMap((variant) => rowsOf({ ...variant, description: "" }, path, false));
  const [first] = variants;
  const tag = Object.entries(first?.properties ?? {}).find(
    ([, { const: value }]) => value !== undefined,
  )?.[0];
  if (tag === undefined) return [...new Set(rows)];
  const values = variants.map(({ properties }) => code(properties?.[tag]?.const)).join(", ");
  const isTag = (row: string) => row.startsWith(`| \`${path}.${tag}\``);
  return [
    `| \`${path}.${tag}\` | one of ${values} | **required** | | Which of these forms it is. |`,
    ...new Set(rows.filter((row) => !isTag(row))),
  ];
}

function rowOf(node: Node, path: string, isRequired: boolean): string {
  const { default: usual, description = "" } = node;
  const meaning = path === "sources.<name>.kind" ? "The kind of upstream." : description;
  const usualText = isRequired ? "**required**" : usual === undefined || isObject(usual) ? "" : code(usual);
  return `| \`${path}\` | ${typeOf(node)} | ${usualText} | ${unitOf(path)} | ${meaning.replaceAll("|", "\\|")} |`;
}

function typeOf(given: Node): string {
  const node = withoutVariable(given);
  const { const: value, enum: options, items, anyOf, oneOf, type, minimum, maximum, exclusiveMinimum } = node;
  if (value !== undefined) return code(value);
  if (options !== undefined) return `one of ${options.map(code).join(", ")}`;
  if (items !== undefined) return `list of ${plural(typeOf(items))}`;
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(" or ");
  if (type === "object") return "section";
  if (type !== "integer" && type !== "number") return [type ?? "any"].flat().map(wordOf).join(" or ");
  const least = minimum ?? exclusiveMinimum;
  const name = type === "integer" ? "whole number" : "number";
  const from = least === undefined || least === Number.MIN_SAFE_INTEGER ? "" : ` from ${least}`;
  return `${name}${from}${maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? "" : ` to ${maximum}`}`;
}

function wordOf(type: string): string {
  return type === "string" ? "text" : type;
}

function plural(name: string): string {
  return name === "section" ? "sections" : name === "text" ? "texts" : name;
}

function unitOf(path: string): string {
  return units.find(([pattern]) => pattern.test(path))?.[1] ?? "";
}

// That a variable may stand for any value is said once, at the top.
function withoutVariable(node: Node): Node {
  const choices = node.anyOf?.filter(({ $ref }) => $ref === undefined);
  if (choices === undefined || choices.length === node.anyOf?.length) return node;
  const { anyOf: _, ...rest } = node;
  const [only] = choices;
  return choices.length === 1 ? { ...only, ...rest } : { ...rest, anyOf: choices };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(Array.isArray(value) && value.length > 0);
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
