/** Writes DDAPI's answers as JSON, or as the XML of .NET's DataContractSerializer. */
import { ExactNumber, toJsonText } from "../json-text.ts";
import type { DdapiQuirks } from "./options.ts";
import type { DdapiRecord, FieldValue } from "./records.ts";

export type DdapiContent = DdapiRecord | readonly DdapiRecord[] | null;

const namespace = "http://schemas.datacontract.org/2004/07/Compilator.DDAPI.DTO.Business";
const declarations = `xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="${namespace}"`;

/** JSON with the document's keys. */
export function writeJson(content: DdapiContent, quirks: DdapiQuirks): string {
  const toBody = ({ fields }: DdapiRecord) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        quirks.camelCase === true ? name[0]!.toLowerCase() + name.slice(1) : name,
        quirks.valuesAsText === true && value !== null ? plainText(value) : value,
      ]),
    );
  if (content === null) return "null";
  return toJsonText(isList(content) ? content.map(toBody) : toBody(content));
}

/** XML: elements in alphabetical order, one default namespace, `i:nil` for null. `type` names a record; a list is wrapped in its ArrayOf. */
export function writeXml(content: DdapiContent, type: string): string {
  if (content === null) return `<${type} ${declarations} i:nil="true"/>`;
  if (!isList(content)) return `<${type} ${declarations}>${elements(content)}</${type}>`;
  const items = content.map((record) => `<${type}>${elements(record)}</${type}>`);
  return `<ArrayOf${type} ${declarations}>${items.join("")}</ArrayOf${type}>`;
}

/** Web API's HttpError: its keys become elements as they are, nested ones too, without a namespace. */
export function writeXmlError(error: object): string {
  const inner = (value: object): string =>
    Object.entries(value)
      .map(([name, each]) => {
        const content = typeof each === "object" && !Array.isArray(each) ? inner(each) : escape(String(each));
        return `<${name}>${content}</${name}>`;
      })
      .join("");
  return `<Error>${inner(error)}</Error>`;
}

function elements({ fields }: DdapiRecord): string {
  return Object.entries(fields)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) =>
      value === null ? `<${name} i:nil="true"/>` : `<${name}>${escape(plainText(value))}</${name}>`,
    )
    .join("");
}

function plainText(value: Exclude<FieldValue, null>): string {
  return value instanceof ExactNumber ? value.text : String(value);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function isList(content: DdapiRecord | readonly DdapiRecord[]): content is readonly DdapiRecord[] {
  return Array.isArray(content);
}
