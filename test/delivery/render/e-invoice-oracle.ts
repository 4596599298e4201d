/**
 * Judges UBL with @e-invoice-eu/core, which knows nothing of us: its JSON schema of EN 16931 says whether every element is allowed,
 * complete and within its code list, and its own writer says in which order the elements have to stand.
 */
import { InvoiceService, type Invoice, invoiceSchema } from "@e-invoice-eu/core";
import { SaxesParser } from "saxes";

/** One element that holds text, by its path. */
export type Leaf = readonly [path: string, text: string];

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

interface Schema {
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The document as the library writes it again; throws what its validation says. */
export async function writtenByOracle(xml: string): Promise<string> {
  const root = parse(xml);
  const schema = (invoiceSchema as unknown as Schema).properties?.["ubl:Invoice"] ?? {};
  const document = { "ubl:Invoice": toJson(root, schema) } as unknown as Invoice;
  const silent = { log() {}, warn() {}, error() {} };
  const service = new InvoiceService(silent as unknown as Console);
  try {
    return String(await service.generate(document, { format: "UBL", lang: "en", noWarnings: true }));
  } catch (error) {
    throw new Error(JSON.stringify((error as { errors?: unknown }).errors ?? String(error)), {
      cause: error,
    });
  }
}

/** Every text and attribute of the document in its order. */
export function leavesOf(xml: string): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (node: Node, above: string) => {
    const path = `${above}/${node.name}`;
    for (const [name, value] of Object.entries(node.attributes))
      if (!name.startsWith("xmlns")) leaves.push([`${path}@${name}`, value]);
    if (node.children.length === 0) leaves.push([path, node.text]);
    for (const child of node.children) visit(child, path);
  };
  visit(parse(xml), "");
  return leaves;
}

function parse(xml: string): Node {
  const root: Node = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => {
    const node: Node = { name, attributes: attributes as Record<string, string>, children: [], text: "" };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on("text", (text) => {
    const node = open.at(-1);
    if (node !== undefined) node.text += text;
  });
  parser.on("closetag", () => void open.pop());
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  return root.children[0] as Node;
}

// The library has one form for both documents: its type code makes it a credit note.
function neutral(name: string): string {
  return name
    .replace("CreditNoteTypeCode", "InvoiceTypeCode")
    .replace("CreditNoteLine", "InvoiceLine")
    .replace("CreditedQuantity", "InvoicedQuantity");
}

function toJson(node: Node, schema: Schema): unknown {
  const json: Record<string, unknown> = {};
  for (const child of node.children) {
    const name = neutral(child.name);
    const own = schema.properties?.[name] ?? {};
    const value = child.children.length === 0 ? child.text : toJson(child, own.items ?? own);
    if (own.type === "array") json[name] = [...((json[name] as unknown[]) ?? []), value];
    else json[name] = value;
    for (const [attribute, text] of Object.entries(child.attributes)) json[`${name}@${attribute}`] = text;
  }
  return json;
}
