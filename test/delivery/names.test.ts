import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contentDisposition,
  createUniquePaths,
  invoiceFileName,
  safeSegment,
} from "../../src/delivery/names.ts";
import { invoiceOf } from "../support/delivery.ts";

describe("safeSegment", () => {
  it.each([
    ["../../etc/passwd", "_.._etc_passwd"],
    ["/etc/passwd", "_etc_passwd"],
    ["C:\\Windows\\system32", "C__Windows_system32"],
    ["a\r\nSet-Cookie: x=1", "a Set-Cookie_ x=1"],
    ["a\u0000b", "ab"],
    ["invoice\u202Efdp.exe", "invoicefdp.exe"],
    ["\u2066a\u2069\u200B\u200Fb\uFEFF", "ab"],
    ["CON", "_CON"],
    ["nul.pdf", "_nul.pdf"],
    ["COM1", "_COM1"],
    ["lpt\u00B9.txt", "_lpt\u00B9.txt"],
    ["conin$", "_conin$"],
    ["Console", "Console"],
    [".htaccess", "htaccess"],
    ["~root", "root"],
    ["trailing. . .", "trailing"],
    ['a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"],
    ["a\u2215b\u2044c\uFF0Fd\uFF3Ce", "a_b_c_d_e"],
    ["e\u0301", "\u00E9"],
    ["\uD800lone", "lone"],
    ["", "unnamed"],
    ["...", "unnamed"],
    [" \t\n ", "unnamed"],
    ["Blåbærsyltetøy AS", "Blåbærsyltetøy AS"],
    ["株式会社", "株式会社"],
    ["1134", "1134"],
  ])("makes %j the name %j", (text, name) => {
    expect(safeSegment(text)).toBe(name);
  });

  it("gives one harmless segment of at most 100 bytes for any text at all", () => {
    assert(
      property(string({ unit: "binary", maxLength: 300 }), (text) => {
        const name = safeSegment(text);

        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(100);
        expect(name).not.toMatch(/[/\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}]|^\.|[. ]$|^$/u);
        expect(name).toBe(safeSegment(name));
      }),
    );
  });

  it("never cuts a character in two", () => {
    expect(safeSegment("😀".repeat(60))).toBe("😀".repeat(24));
  });
});

describe("createUniquePaths", () => {
  it("tells apart what Windows and macOS would take for one name", () => {
    const unique = createUniquePaths(["manifest.json"]);

    const paths = ["A/1.pdf", "a/1.PDF", "a/1.pdf", "é.pdf", "e\u0301.pdf", "Manifest.json", "v1.0/x"].map(
      (path) => unique(path),
    );

    expect(paths).toEqual([
      "A/1.pdf",
      "a/1-2.PDF",
      "a/1-3.pdf",
      "é.pdf",
      "e\u0301-2.pdf",
      "Manifest-2.json",
      "v1.0/x",
    ]);
  });
});

describe("invoiceFileName", () => {
  it("is made of number and type, or of the key where there is no number", () => {
    const names = [
      invoiceFileName(invoiceOf("1134"), "PDF"),
      invoiceFileName(invoiceOf("../x", { type: "CREDIT_MEMO" }), "UBL"),
      invoiceFileName({ ...invoiceOf("1"), number: null }, "CSV"),
    ];

    expect(names).toEqual(["1134_invoice.pdf", "_x_credit-memo.xml", "id-1_invoice.csv"]);
  });
});

describe("contentDisposition", () => {
  it.each([
    ["a.pdf", `attachment; filename="a.pdf"; filename*=UTF-8''a.pdf`],
    ["é (1).pdf", `attachment; filename="_ (1).pdf"; filename*=UTF-8''%C3%A9%20%281%29.pdf`],
    [`a"b\\c%41.pdf`, `attachment; filename="a_b_c_41.pdf"; filename*=UTF-8''a%22b%5Cc%2541.pdf`],
    ["a\r\nX: y", `attachment; filename="a__X: y"; filename*=UTF-8''a%0D%0AX%3A%20y`],
    ["it's*.pdf", `attachment; filename="it's*.pdf"; filename*=UTF-8''it%27s%2A.pdf`],
  ])("writes %j after RFC 8187", (name, header) => {
    expect(contentDisposition(name)).toBe(header);
  });
});
