import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createLinkSigner, type Link } from "../../src/delivery/link.ts";
import { Secret } from "../../src/model/secret.ts";

const key = (id: string, text = `${id} is a secret of more than 32 bytes`) => ({
  id,
  secret: new Secret(text),
});
const facts = {
  fileId: "0f8kq3k0-abcdefghijklmnopqrstuvwx",
  scope: { viewerId: "ann", role: "CUSTOMER", customerId: "c1" },
  contentType: "application/pdf",
  fileName: "1134_invoice.pdf",
  expiresAt: 1_000_000,
  oneTime: false,
} as const satisfies Omit<Link, "nonce">;

describe("a link's token", () => {
  it("gives back what was signed, each time with a nonce of its own", () => {
    const links = createLinkSigner([key("k1")], () => 999_999);

    const [a, b] = [links.verify(links.sign(facts)), links.verify(links.sign(facts))];

    expect(a).toMatchObject(facts);
    expect(a?.nonce).toHaveLength(22);
    expect(a?.nonce).not.toBe(b?.nonce);
  });

  it("is refused with any of its characters changed to any other of a token's", () => {
    const links = createLinkSigner([key("k1"), key("k2"), key("j1")], () => 0);
    const token = links.sign(facts);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/";
    let tried = 0;

    const accepted: string[] = [];
    for (let at = 0; at < token.length; at++) {
      for (const sign of alphabet) {
        const changed = token.slice(0, at) + sign + token.slice(at + 1);
        if (changed === token) continue;
        tried++;
        if (links.verify(changed) !== null) accepted.push(changed);
      }
    }

    expect(accepted).toEqual([]);
    expect(tried).toBe(token.length * (alphabet.length - 1));
  });

  it("is refused with a character more or less anywhere, padded, or in another alphabet", () => {
    const links = createLinkSigner([key("k1")], () => 0);
    const token = links.sign(facts);
    const shorter = [...token].map((_, at) => token.slice(0, at) + token.slice(at + 1));
    const longer = [...token, ""].map((_, at) => `${token.slice(0, at)}A${token.slice(at)}`);
    const others = [
      `${token}=`,
      `${token}\n`,
      ` ${token}`,
      token.replaceAll("-", "+").replaceAll("_", "/"),
      `${token}.x`,
    ];

    const accepted = [...shorter, ...longer, ...others.filter((other) => other !== token)].filter(
      (changed) => links.verify(changed) !== null,
    );

    expect(accepted).toEqual([]);
  });

  it.each([
    [999_999, true],
    [1_000_000, false],
    [1_001_000, false],
  ])("that ends at 1,000,000 ms works at %i ms: %s", (at, works) => {
    const token = createLinkSigner([key("k1")], () => 0).sign(facts);

    expect(createLinkSigner([key("k1")], () => at).verify(token) !== null).toBe(works);
  });

  it("is refused under an unknown key, and under another secret of the same id", () => {
    const token = createLinkSigner([key("k1")], () => 0).sign(facts);

    expect(createLinkSigner([key("k2")], () => 0).verify(token)).toBeNull();
    expect(
      createLinkSigner([key("k1", "another secret of more than 32 bytes")], () => 0).verify(token),
    ).toBeNull();
  });

  it("lives on when its key is no longer the one that signs, and ends with its key", () => {
    const token = createLinkSigner([key("k1")], () => 0).sign(facts);
    const rotated = createLinkSigner([key("k2"), key("k1")], () => 0);

    expect(rotated.verify(token)).toMatchObject(facts);
    expect(rotated.sign(facts)).toMatch(/^1\.k2\./);
    expect(createLinkSigner([key("k2")], () => 0).verify(token)).toBeNull();
  });

  it.each([
    ["its own purpose", ["file", "f", ["v", "CUSTOMER", null], "t", "n", 2, "x", false], true],
    ["another purpose", ["session", "f", ["v", "CUSTOMER", null], "t", "n", 2, "x", false], false],
    ["an older shape", ["file", "f"], false],
    ["no list", { purpose: "file" }, false],
  ])("that is rightly signed for %s is judged by it", (_what, payload, works) => {
    const signed = `1.k1.${Buffer.from(JSON.stringify(payload)).toString("base64url")}`;
    const mac = createHmac("sha256", key("k1").secret.reveal())
      .update(`invoicegraph link\n${signed}`)
      .digest("base64url");

    expect(createLinkSigner([key("k1")], () => 0).verify(`${signed}.${mac}`) !== null).toBe(works);
  });

  it("made with the same key for something else that hashes plainly is refused", () => {
    const token = createLinkSigner([key("k1")], () => 0).sign(facts);
    const signed = token.slice(0, token.lastIndexOf("."));
    const mac = createHmac("sha256", key("k1").secret.reveal()).update(signed).digest("base64url");

    expect(createLinkSigner([key("k1")], () => 0).verify(`${signed}.${mac}`)).toBeNull();
  });

  it("of a megabyte is refused without being hashed", () => {
    const links = createLinkSigner([key("k1")], () => 0);
    const huge = `1.k1.${"A".repeat(1_000_000)}.${"A".repeat(43)}`;

    expect(links.verify(huge)).toBeNull();
  });
});
