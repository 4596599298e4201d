/** The bodies that servers of this process put on the wire, byte for byte, by the port that they listen on. */
import { ServerResponse } from "node:http";
import { isLosslessNumber, parse } from "lossless-json";
import { vi } from "vitest";

/** A JSON value that was sent, and where it stands in its body. */
export interface SentBodies {
  /** All JSON bodies sent from a port so far, parsed without losing a digit. */
  from(url: string): readonly unknown[];
}

/** From now on, until the mocks are restored. */
export function watchSentBodies(): SentBodies {
  const texts = new Map<number, string[]>();
  const pieces = new WeakMap<ServerResponse, Uint8Array[]>();
  const { end, write } = ServerResponse.prototype;

  function keep(response: ServerResponse, piece: unknown): Uint8Array[] {
    const kept = pieces.get(response) ?? [];
    if (piece instanceof Uint8Array) kept.push(piece);
    pieces.set(response, kept);
    return kept;
  }

  vi.spyOn(ServerResponse.prototype, "write").mockImplementation(function (
    this: ServerResponse,
    ...args: unknown[]
  ) {
    keep(this, args[0]);
    return Reflect.apply(write, this, args) as boolean;
  });
  vi.spyOn(ServerResponse.prototype, "end").mockImplementation(function (
    this: ServerResponse,
    ...args: unknown[]
  ) {
    const port = this.socket?.localPort ?? 0;
    texts.set(port, [...(texts.get(port) ?? []), Buffer.concat(keep(this, args[0])).toString("utf8")]);
    return Reflect.apply(end, this, args) as ServerResponse;
  });
  return {
    from: (url) =>
      (texts.get(Number(new URL(url).port)) ?? [])
        .filter((text) => /^\s*[[{]/.test(text))
        .map((text) => parse(text)),
  };
}

/** The text of the value at a pointer, as it stands in the body; null when nothing stands there. */
export function sentText(record: unknown, pointer: string): string | null {
  let value = record;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || isLosslessNumber(value)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  if (value === undefined) return null;
  return isLosslessNumber(value) ? value.toString() : JSON.stringify(value);
}
