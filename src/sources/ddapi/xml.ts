/** The XML of .NET's DataContractSerializer as plain values: records of texts, lists and nulls. */
import { SaxesParser, type SaxesTagNS } from "saxes";

/** What an element holds. Numbers and booleans are still their text. */
export type XmlValue = string | null | XmlValue[] | { [name: string]: XmlValue };

interface Open {
  readonly name: string;
  readonly isNil: boolean;
  readonly children: [name: string, value: XmlValue][];
  text: string;
}

const instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance";
// The documented answers are three deep.
const maxDepth = 16;

/**
 * The root's value: null when it is `i:nil`, a list when it is named ArrayOf…, otherwise a record of its elements by their
 * local names. Throws on anything that is not well-formed, on a DOCTYPE, on an entity other than XML's own five, on mixed
 * content, on a repeated element of a record, and below 16 levels.
 */
export function readXml(text: string): XmlValue {
  const open: Open[] = [];
  let root: XmlValue | undefined;
  const parser = new SaxesParser({ xmlns: true });
  parser.on("doctype", () => refuse("a DOCTYPE"));
  parser.on("opentag", (tag) => {
    if (open.length >= maxDepth) refuse(`more than ${maxDepth} levels`);
    open.push({ name: tag.local, isNil: isNil(tag), children: [], text: "" });
  });
  const addText = (part: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.pop() as Open;
    const parent = open.at(-1);
    const value = valueOf(element, parent === undefined);
    if (parent === undefined) root = value;
    else parent.children.push([element.name, value]);
  });
  // Without a handler for "error" saxes throws, also for entities that are not defined.
  parser.write(text).close();
  return root === undefined ? refuse("no root") : root;
}

function valueOf({ name, isNil: isNull, children, text }: Open, isRoot: boolean): XmlValue {
  if (isNull) return null;
  const isBlank = text.trim() === "";
  if (children.length > 0 && !isBlank) refuse("text between elements");
  if (name.startsWith("ArrayOf") && isBlank) return children.map(([, value]) => value);
  if (children.length === 0 && (!isRoot || !isBlank)) return text;
  const record = Object.create(null) as { [name: string]: XmlValue };
  for (const [key, value] of children) {
    if (key in record) refuse("an element twice");
    record[key] = value;
  }
  return record;
}

function isNil({ attributes }: SaxesTagNS): boolean {
  return Object.values(attributes).some(
    ({ local, uri, value }) =>
      local === "nil" && uri === instanceNamespace && (value === "true" || value === "1"),
  );
}

function refuse(what: string): never {
  throw new Error(`The XML has ${what}.`);
}
