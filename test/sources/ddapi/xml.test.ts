/** The XML of .NET's serialiser: values, nulls and lists, and everything that is refused. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readXml } from "../../../src/sources/ddapi/xml.ts";

const namespaces =
  'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/Compilator.DDAPI.DTO.Business"';

function list(items: string) {
  return readXml(`<ArrayOfTerms ${namespaces}>${items}</ArrayOfTerms>`);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("]]>", "]]&gt;");
}

test("A record is its elements by their local names, with null for i:nil and texts for the rest", () => {
  const text = `<?xml version="1.0" encoding="utf-8"?>
    <CustomerInvoiceResponse ${namespaces} xmlns:x="urn:x">
      <AllowInvoicePaymentFromOrder>true</AllowInvoicePaymentFromOrder>
      <CreditAccountId i:nil="true" />
      <CurrencyId i:nil="false">3</CurrencyId>
      <x:Name> &lt;&amp;&quot;&apos;&#229;<![CDATA[<b>]]> </x:Name>
      <Empty></Empty><!-- a comment -->
    </CustomerInvoiceResponse>`;

  expect({ ...(readXml(text) as object) }).toEqual({
    AllowInvoicePaymentFromOrder: "true",
    CreditAccountId: null,
    CurrencyId: "3",
    Name: " <&\"'å<b> ",
    Empty: "",
  });
});

test("A list is a list with none, one or several elements", () => {
  expect(list("")).toEqual([]);
  expect(list("<Terms><Id>1</Id></Terms>")).toEqual([Object.assign(Object.create(null), { Id: "1" })]);
  expect(list("<Terms><Id>1</Id></Terms><Terms i:nil='1'/>")).toHaveLength(2);
});

test("A root that is nil is null, an empty root is an empty record", () => {
  expect(readXml(`<CustomerInvoiceResponse ${namespaces} i:nil="true"/>`)).toBeNull();
  expect(Object.keys(readXml(`<CustomerInvoiceResponse ${namespaces}/>`) as object)).toEqual([]);
});

test("nil of another namespace means nothing", () => {
  const read = readXml('<A xmlns:n="urn:other"><B n:nil="true">1</B></A>') as Record<string, unknown>;

  expect(read["B"]).toBe("1");
});

test.each([
  ["a DOCTYPE", '<!DOCTYPE A [<!ENTITY e "x">]><A><B>1</B></A>'],
  ["a DOCTYPE of another place", '<!DOCTYPE A SYSTEM "http://127.0.0.1:1/a.dtd"><A/>'],
  ["an entity of its own", "<A><B>&e;</B></A>"],
  ["an entity named like a property of objects", "<A><B>&toString;</B></A>"],
  ["an entity in an attribute", '<A b="&constructor;"/>'],
  ["an element that is not closed", "<A><B>1</B>"],
  ["elements that cross", "<A><B></A></B>"],
  ["a second root", "<A/><B/>"],
  ["nothing in it", ""],
  ["an undeclared prefix", "<A><x:B/></A>"],
  ["text between elements", "<A>1<B/></A>"],
  ["an element twice", "<A><B>1</B><B>2</B></A>"],
  ["too many levels", "<A>".repeat(17) + "</A>".repeat(17)],
])("XML with %s is refused", (_what, text) => {
  expect(() => readXml(text)).toThrow(/./);
});

test("Sixteen levels are still read", () => {
  expect(readXml("<A>".repeat(16) + "</A>".repeat(16))).toHaveProperty("A");
});

test("Any text comes back as it was escaped", () => {
  const printable = fc.stringMatching(/^[\x20-\x7eåäö漢😀]*$/u);
  fc.assert(
    fc.property(printable, (text) => {
      const read = readXml(`<A><B>${escape(text)}</B></A>`) as Record<string, unknown>;

      expect(read["B"]).toBe(text);
    }),
  );
});

test("Any text at all is read or refused, within a moment", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(() => readXml(`<A>${text}`)).toThrow(/./);
    }),
  );
});
