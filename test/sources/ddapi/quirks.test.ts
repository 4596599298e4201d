/** Every fact about DDAPI that surprises, each with the handling without which its test fails. */
import { expect, test } from "vitest";
import { crashed, stackTrace, xmlAnswer } from "../../../src/simulators/ddapi/errors.ts";
import type { DdapiQuirks } from "../../../src/simulators/ddapi/options.ts";
import type { Failure } from "../../../src/model/errors.ts";
import { cpuMsOf } from "../../support/best-of-three.ts";
import { call, failureOf, startBilling } from "./setup.ts";

const namespaces =
  'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/Compilator.DDAPI.DTO.Business"';

test("JSON or XML by Accept: we ask for JSON, and XML is only our second choice", async () => {
  const { simulator, settings } = await startBilling();

  await settings.ask("4100", call());

  expect(simulator.log[0]?.headers.accept).toBe(
    "application/json, text/json;q=0.9, application/xml;q=0.5, text/xml;q=0.4",
  );
});

test("XML is still read by Content-Type, and says the same as JSON", async () => {
  const json = await startBilling({ quirks: { reverseTax: true } });
  const xml = await startBilling({ quirks: { reverseTax: true, xmlOnly: true } });

  for (const account of ["4100", "4101", "4103", "6399"]) {
    const [{ raw: sentJson, sent: _json, ...fromJson }, { raw: sentXml, sent: _xml, ...fromXml }] =
      await Promise.all([
        json.settings.ask(account, call()).then((found) => found!),
        xml.settings.ask(account, call()).then((found) => found!),
      ]);

    expect(fromXml).toEqual(fromJson);
    expect(Object.keys(sentXml as object)).toEqual(Object.keys(sentJson as object).toSorted());
  }
  expect(await xml.settings.currency("6", call())).toEqual(await json.settings.currency("6", call()));
  expect(await xml.settings.paymentTerms(call())).toEqual(await json.settings.paymentTerms(call()));
  await expect(xml.source.ping(call(), null)).resolves.toBeUndefined();
});

test("The document's own XML sample is read", async () => {
  const text = `<CustomerInvoiceResponse ${namespaces}> <AllowInvoicePaymentFromOrder>true</AllowInvoicePaymentFromOrder> <CreditAccountId>1</CreditAccountId> <CurrencyId>3</CurrencyId> <CustomerNumber>1</CustomerNumber> <InterestTypeId>1</InterestTypeId> <InvoiceCycleId>1</InvoiceCycleId> <InvoiceOrderPaymentEmailAddress>sample string 8</InvoiceOrderPaymentEmailAddress> <InvoiceRecipientCustomerNumber>1</InvoiceRecipientCustomerNumber> <InvoiceTypeId>1</InvoiceTypeId> <PaysInvoiceFee>true</PaysInvoiceFee> <RetainsInvoiceType>true</RetainsInvoiceType> <SendInvoiceFromOrderAsEmail>true</SendInvoiceFromOrderAsEmail> <TermsOfPaymentId>4</TermsOfPaymentId> </CustomerInvoiceResponse>`;
  const { settings } = await startBilling({ faults: [xmlAnswer(text)] });

  expect(await settings.ask("1", call())).toMatchObject({
    paymentTermsId: "4",
    currencyId: "3",
    retainsInvoiceType: true,
    orderInvoiceEmail: "sample string 8",
  });
});

test("XML without a DOCTYPE and entities only: a bomb of entities is refused before it grows", async () => {
  const bomb = `<!DOCTYPE A [<!ENTITY a "${"x".repeat(100)}"><!ENTITY b "${"&a;".repeat(1_000)}"><!ENTITY c "${"&b;".repeat(1_000)}">]><A><CurrencyId>&c;</CurrencyId></A>`;
  const { settings } = await startBilling({ faults: [xmlAnswer(bomb)] });
  let failure: Failure | null = null;

  const cpuMs = await cpuMsOf(async () => {
    failure = await failureOf(settings.ask("4100", call()));
  });

  expect(failure).toMatchObject({ message: "billing answered with XML that cannot be read." });
  expect(cpuMs).toBeLessThan(1_000);
});

test.each<[what: string, headers: Record<string, string>]>([
  ["text/json", { "content-type": "text/json" }],
  ["a vendor's JSON type", { "content-type": "application/vnd.ddapi+json; charset=utf-8" }],
  ["no type", { "content-type": "" }],
  ["text/plain", { "content-type": "text/plain" }],
])("JSON sent as %s is read", async (_what, headers) => {
  const body = '{"CustomerNumber":4100,"CurrencyId":3}';
  const { settings } = await startBilling({ faults: [{ kind: "answer", headers, body }] });

  expect(await settings.ask("4100", call())).toMatchObject({ currencyId: "3" });
});

test.each(["utf16le", "utf8"] as const)("XML in %s with a byte order mark is read", async (encoding) => {
  const text = `\uFEFF<?xml version="1.0"?><CurrencyResponse ${namespaces}><Id>5</Id><Name>日本円</Name></CurrencyResponse>`;
  const body = Buffer.from(text, encoding);
  const headers = { "content-type": "text/xml" };
  const { settings } = await startBilling({ faults: [{ kind: "answer", headers, body }] });

  expect((await settings.currency("5", call()))?.name).toBe("日本円");
});

test.each<DdapiQuirks>([{ byteOrderMark: true }, { byteOrderMark: true, xmlOnly: true }])(
  "A byte order mark is no part of the answer: %j",
  async (quirks) => {
    const { settings } = await startBilling({ quirks });

    expect(await settings.ask("4100", call())).toMatchObject({ account: "4100", currencyId: "3" });
  },
);

const missing: DdapiQuirks[] = (["404", "204", "null", "empty"] as const).flatMap((missingCustomer) => [
  { missingCustomer },
  { missingCustomer, xmlOnly: true },
]);

test.each(missing)("Missing customer means none: %j", async (quirks) => {
  const { simulator, settings } = await startBilling({ quirks });

  expect(await settings.ask("4999", call())).toBeNull();
  expect(simulator.log).toHaveLength(1);
});

test("A 404 whose page is the web server's own still means none", async () => {
  const headers = { "content-type": "text/html" };
  const { settings } = await startBilling({
    faults: [
      { kind: "status", status: 404, headers, body: "<html>404 - File or directory not found.</html>" },
    ],
  });

  expect(await settings.ask("4999", call())).toBeNull();
});

test("An unknown currency is 404, and none", async () => {
  const { simulator, settings } = await startBilling();

  expect(await settings.currency("99", call())).toBeNull();
  expect(simulator.log[0]?.status).toBe(404);
});

test("Nullable in fact: settings of nulls are settings", async () => {
  for (const xmlOnly of [false, true]) {
    const { settings } = await startBilling({ quirks: { allNull: true, xmlOnly } });

    const { source, account, raw, sent: _sent, ...fields } = (await settings.ask("4100", call()))!;

    expect({ source, account }).toEqual({ source: "billing", account: "4100" });
    expect(raw).toHaveProperty("CurrencyId", null);
    expect(new Set(Object.values(fields))).toEqual(new Set([null]));
  }
});

test("Some deployments add ReverseTax, the others leave it untold", async () => {
  const { simulator, settings } = await startBilling();

  const without = await settings.ask("4101", call());
  simulator.setQuirks({ reverseTax: true });
  const withIt = await Promise.all(["4100", "4101"].map((account) => settings.ask(account, call())));

  expect(without?.reverseTax).toBeNull();
  expect(withIt.map((found) => found?.reverseTax)).toEqual([true, false]);
});

test.each<DdapiQuirks>([
  { valuesAsText: true },
  { camelCase: true },
  { valuesAsText: true, camelCase: true },
])("Keys in another case and values as texts say the same: %j", async (quirks) => {
  const { simulator, settings } = await startBilling();
  const ask = async () => {
    const { raw: _raw, sent: _sent, ...found } = (await settings.ask("4101", call()))!;
    return [found, await settings.currency("2", call()), await settings.paymentTerms(call())];
  };

  const plain = await ask();
  simulator.setQuirks(quirks);

  expect(await ask()).toEqual(plain);
});

test("FreeDeliveryMonth may be a number", async () => {
  const { simulator, settings } = await startBilling();

  const flags = await settings.paymentTerms(call());
  simulator.setQuirks({ freeDeliveryMonthAsNumber: true });
  const numbers = await settings.paymentTerms(call());

  expect(flags.map(({ freeDeliveryMonth }) => freeDeliveryMonth)).toEqual([false, false, false, true]);
  expect(numbers).toEqual(flags);
});

test("Rates and discounts keep every digit, from JSON numbers too", async () => {
  const body = '{"Id":1,"Rate":12345678901234567.89,"RoundingAmount":0.050,"CurrencyCode":"SEK"}';
  const { settings } = await startBilling({ faults: [{ kind: "answer", body }] });

  expect(await settings.currency("1", call())).toMatchObject({
    rate: "12345678901234567.89",
    roundingAmount: "0.05",
  });
});

test("The invoice recipient may be the customer itself, null, or another customer, in a circle too", async () => {
  const { settings } = await startBilling({ quirks: { noRecipientAsZero: true } });

  const recipients = await Promise.all(
    ["4100", "4102", "4101", "6300", "6301"].map(async (account) => {
      const found = await settings.ask(account, call());
      return found?.recipientAccount;
    }),
  );

  expect(recipients).toEqual(["4100", null, "4100", "6301", "6300"]);
});

test("Settings of another customer never get through", async () => {
  for (const xmlOnly of [false, true]) {
    const { settings } = await startBilling({ quirks: { answersFor: 5200, xmlOnly } });

    const failure = await failureOf(settings.ask("4100", call()));

    expect(failure).toMatchObject({ code: "ACCOUNT_MISMATCH", source: "billing", retryable: false });
    expect(`${failure.message} ${failure.detail}`).not.toContain("5200");
  }
});

test("A currency of another id is not the one that was asked for", async () => {
  const { settings } = await startBilling({
    faults: [{ kind: "answer", body: '{"Id":2,"CurrencyCode":"EUR"}' }],
  });

  expect((await failureOf(settings.currency("3", call()))).code).toBe("SOURCE_BAD_RESPONSE");
});

test("A row without an id does not spoil the table of terms, and nothing but such rows is no table", async () => {
  const { simulator, settings } = await startBilling();

  simulator.setFault({ kind: "answer", body: '[null,{"Name":"x"},{"Id":4,"Days":30}]' });
  const terms = await settings.paymentTerms(call());
  simulator.setFault({ kind: "answer", body: '[{"Name":"x"}]' });
  const failure = await failureOf(settings.paymentTerms(call()));

  expect(terms.map(({ id }) => id)).toEqual(["4"]);
  expect(failure.code).toBe("SOURCE_BAD_RESPONSE");
});

test("A login page is named as a page of HTML, and XML sent as JSON is no JSON", async () => {
  const { simulator, settings } = await startBilling();

  simulator.setFault({ kind: "html" });
  const page = await failureOf(settings.ask("4100", call()));
  const body = "<CustomerInvoiceResponse><CustomerNumber>4100</CustomerNumber></CustomerInvoiceResponse>";
  simulator.setFault({ kind: "answer", body });
  const mislabelled = await failureOf(settings.ask("4100", call()));

  expect(page.message).toBe("billing answered with a page of HTML.");
  expect(mislabelled.message).toBe("billing answered with a page of HTML or XML where JSON was due.");
});

test("Errors as {Message, ModelState} are kept for operators", async () => {
  for (const xmlOnly of [false, true]) {
    const { settings } = await startBilling({ quirks: { xmlOnly } });

    const failure = await failureOf(settings.ask("99999999999", call()));

    expect(failure).toMatchObject({ code: "SOURCE_REJECTED", retryable: false });
    expect(failure.message).toBe("billing refuses the request as malformed.");
    expect(failure.detail).toContain("HTTP 400");
    expect(failure.detail).toContain("is not valid for Int32");
  }
});

test("A stack trace of a 500 is never forwarded, and only its beginning is kept for operators", async () => {
  const { settings } = await startBilling({ faults: [stackTrace()] });

  const failure = await failureOf(settings.ask("4100", call()));

  expect(JSON.stringify(crashed).length).toBeGreaterThan(3_000);
  expect(failure.message).toBe("billing is out of service for the moment.");
  expect(failure.detail).toContain("HTTP 500");
  expect(failure.detail).toContain("SqlException");
  expect(failure.detail?.length).toBeLessThanOrEqual(500);
});

test("Credentials that an error page echoes are not kept", async () => {
  const body = { Message: "Bad header X-Api-Key: ddapi-sandbox-key\r\nfor this host" };
  const { settings } = await startBilling({ faults: [{ kind: "status", status: 500, body }] });

  const { detail } = await failureOf(settings.ask("4100", call()));

  expect(detail).toContain("X-Api-Key: [redacted]");
  expect(detail).not.toContain("ddapi-sandbox-key");
});
