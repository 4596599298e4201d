/** Cursors: opaque, signed, versioned texts of a position in one list. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import { Failure } from "../model/errors.ts";
import type { Place } from "./order.ts";
import type { Position } from "./position.ts";

/** Writes and reads the cursors of one list. */
export interface CursorCodec {
  /** Throws LIMIT_EXCEEDED when so many parts lag behind that no cursor can hold them. */
  write(position: Position): string;
  /** Throws BAD_CURSOR with a sentence that says what is wrong. */
  read(cursor: string): Position;
}

/** Raised when the meaning of the bytes changes: older cursors are then refused as outdated. */
const version = 1;
// One byte of version, four that name the key, sixteen of signature, then the payload.
const keyStart = 1;
const signatureStart = 5;
const payloadStart = 21;
const maxLength = 65_536;
// Lists ask the same questions again and again, and each wants a hash.
const partIds = new LRUCache<string, string>({ max: 10_000 });

type WirePlace = readonly [value: string | null, id: string];
type Wire = readonly [
  list: string,
  asOf: string,
  towards: 0 | 1,
  place: WirePlace,
  /** Left out where it is `place`. */
  at: WirePlace | 0,
  lagging: readonly (readonly [
    bound: WirePlace | null,
    sources: readonly string[],
    parts: readonly string[],
  ])[],
];

/**
 * Cursors for the list with this identity: who sees it, its scope, filter and order. A cursor of another list, of another
 * viewer or of another installation is refused.
 */
export function createCursorCodec(secret: Buffer, identity: unknown): CursorCodec {
  // Made when the first cursor is written or read: most pages select none.
  let names: { readonly list: string; readonly keyName: Buffer } | null = null;
  const named = () =>
    (names ??= {
      list: hash(JSON.stringify(identity)).toString("base64url").slice(0, 16),
      keyName: hash(secret).subarray(0, signatureStart - keyStart),
    });

  return {
    write(position) {
      const { list, keyName } = named();
      const payload = Buffer.from(JSON.stringify(toWire(list, position)), "utf8");
      const head = Buffer.concat([Buffer.of(version), keyName]);
      const cursor = Buffer.concat([head, sign(secret, head, payload), payload]).toString("base64url");
      if (cursor.length > maxLength) {
        throw new Failure("LIMIT_EXCEEDED", {
          message:
            "Too many upstream questions failed at once for a cursor to remember: narrow the filter, or try again.",
        });
      }
      return cursor;
    },

    read(cursor) {
      const { list, keyName } = named();
      const bytes = Buffer.from(cursor.slice(0, maxLength), "base64url");
      const isOneForm = cursor.length <= maxLength && bytes.toString("base64url") === cursor;
      if (!isOneForm || bytes.length <= payloadStart) {
        throw badCursor("is malformed: pass on a cursor exactly as this API gave it out.");
      }
      if (bytes[0] !== version) {
        throw badCursor("is from another version of this API: start again without a cursor.");
      }
      const head = bytes.subarray(0, signatureStart);
      if (!keyName.equals(head.subarray(keyStart))) {
        throw badCursor(
          "was not given out by this installation, or its key has changed since: start again without a cursor.",
        );
      }
      const payload = bytes.subarray(payloadStart);
      if (!timingSafeEqual(bytes.subarray(signatureStart, payloadStart), sign(secret, head, payload))) {
        throw badCursor("has been altered: pass on a cursor exactly as this API gave it out.");
      }
      const wire = JSON.parse(payload.toString("utf8")) as Wire;
      if (wire[0] !== list) {
        throw badCursor(
          "belongs to another list: use it with the filter, order, customer and viewer that it was given out for.",
        );
      }
      return fromWire(wire);
    },
  };
}

/** A part's short id, the same on every page: 48 bits of a hash. */
export function partId(source: string, questionKey: string): string {
  const text = `${source}\n${questionKey}`;
  let id = partIds.get(text);
  if (id === undefined) partIds.set(text, (id = hash(text).toString("base64url").slice(0, 8)));
  return id;
}

function badCursor(what: string): Failure {
  return new Failure("BAD_CURSOR", { message: `The cursor ${what}` });
}

function hash(text: string | Buffer): Buffer {
  return createHash("sha256").update(text).digest();
}

function sign(secret: Buffer, head: Buffer, payload: Buffer): Buffer {
  return createHmac("sha256", secret)
    .update(head)
    .update(payload)
    .digest()
    .subarray(0, payloadStart - signatureStart);
}

function toWire(list: string, { asOf, towards, place, at, lagging }: Position): Wire {
  return [
    list,
    asOf,
    towards === "END" ? 1 : 0,
    toWirePlace(place),
    at === place ? 0 : toWirePlace(at),
    lagging.map(
      ({ bound, sources, parts }) => [bound === null ? null : toWirePlace(bound), sources, parts] as const,
    ),
  ];
}

function fromWire([, asOf, towards, wirePlace, at, lagging]: Wire): Position {
  const place = fromWirePlace(wirePlace);
  return {
    asOf,
    towards: towards === 1 ? "END" : "START",
    place,
    at: at === 0 ? place : fromWirePlace(at),
    lagging: lagging.map(([bound, sources, parts]) => ({
      bound: bound === null ? null : fromWirePlace(bound),
      sources,
      parts,
    })),
  };
}

function toWirePlace({ value, id }: Place): WirePlace {
  return [value, id];
}

function fromWirePlace([value, id]: WirePlace): Place {
  return { value, id };
}
