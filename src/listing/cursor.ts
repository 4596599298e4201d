/** Cursors: opaque, signed, versioned; they carry a place in the list, and apart from it the place in each part that failed. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Failure } from "../model/errors.ts";
import type { Place } from "./order.ts";

/** How far one part has been given out. Null: not begun. */
export type PartPlace = Place | null;

/** Where a page ended. */
export interface Position {
  /** The way the list was walked: places of parts that lag behind mean something only that way. */
  readonly towards: "END" | "START";
  /** The place of the last invoice given out. */
  readonly at: Place;
  /** Parts that failed on the way and are due from an earlier place, by part id. */
  readonly lagging: ReadonlyMap<string, PartPlace>;
}

/** Writes and reads the cursors of one list. */
export interface CursorCodec {
  write(position: Position): string;
  /** Throws BAD_CURSOR with a sentence that says what is wrong. */
  read(cursor: string): Position;
}

const version = 1;
const signatureBytes = 16;
const maxLength = 16_384;

type WirePlace = readonly [value: string | null, id: string];
type Wire = readonly [
  version: number,
  list: string,
  towards: 0 | 1,
  at: WirePlace,
  lagging: readonly (readonly [part: string, place: WirePlace | null])[],
];

/**
 * Cursors for the list with this identity: who sees it, its scope, filter and order. A cursor of another list, of another
 * viewer or of another installation is refused.
 */
export function createCursorCodec(secret: Buffer, identity: unknown): CursorCodec {
  const list = createHash("sha256").update(JSON.stringify(identity)).digest("base64url").slice(0, 16);

  return {
    write({ towards, at, lagging }) {
      const wire: Wire = [
        version,
        list,
        towards === "END" ? 1 : 0,
        toWire(at),
        [...lagging].map(([part, place]) => [part, place === null ? null : toWire(place)] as const),
      ];
      const payload = Buffer.from(JSON.stringify(wire), "utf8");
      return Buffer.concat([sign(secret, payload), payload]).toString("base64url");
    },

    read(cursor) {
      const bytes = Buffer.from(cursor.slice(0, maxLength), "base64url");
      const payload = bytes.subarray(signatureBytes);
      if (cursor.length > maxLength || payload.length === 0 || bytes.toString("base64url") !== cursor) {
        throw new Failure("BAD_CURSOR", {
          message: "The cursor is malformed: pass on a cursor exactly as this API gave it out.",
        });
      }
      if (!timingSafeEqual(bytes.subarray(0, signatureBytes), sign(secret, payload))) {
        throw new Failure("BAD_CURSOR", {
          message:
            "The cursor was not given out by this installation, or its key has changed: start again without a cursor.",
        });
      }
      const wire = JSON.parse(payload.toString("utf8")) as Wire;
      if (wire[0] !== version) {
        throw new Failure("BAD_CURSOR", {
          message: "The cursor is from an older version of this API: start again without a cursor.",
        });
      }
      if (wire[1] !== list) {
        throw new Failure("BAD_CURSOR", {
          message:
            "The cursor belongs to another list: use it with the filter, order and customer that it was given out for.",
        });
      }
      return {
        towards: wire[2] === 1 ? "END" : "START",
        at: fromWire(wire[3]),
        lagging: new Map(wire[4].map(([part, place]) => [part, place === null ? null : fromWire(place)])),
      };
    },
  };
}

/** A part's short id, the same on every page. */
export function partId(source: string, questionKey: string): string {
  return createHash("sha256").update(`${source}\n${questionKey}`).digest("base64url").slice(0, 10);
}

function sign(secret: Buffer, payload: Buffer): Buffer {
  return createHmac("sha256", secret).update(payload).digest().subarray(0, signatureBytes);
}

function toWire(place: Place): WirePlace {
  return [place.value, place.id];
}

function fromWire([value, id]: WirePlace): Place {
  return { value, id };
}
