/** The port: where finished files wait for their links. What a store shows is whole; what is not whole it never shows. */
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type { ScratchFile } from "./scratch.ts";

/** What is told about a file when it is handed over. */
export interface FileFacts {
  /** A safe name, for Content-Disposition. */
  readonly fileName: string;
  readonly contentType: string;
  /** The global ids of the customers whose invoices it holds: who may use a link to it hangs on them. */
  readonly customers: readonly string[];
  /** Epoch milliseconds after which it is gone. */
  readonly expiresAt: number;
}

/** A file that is wholly there. Immutable. */
export interface StoredFile extends FileFacts {
  readonly id: string;
  readonly size: number;
  /** Of the whole file, in hex. */
  readonly sha256: string;
}

/** Both ends are included and lie within the file. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Throws STORAGE_UNAVAILABLE when the place behind it is full or does not answer. */
export interface Store {
  /** Takes the scratch file over: it is gone afterwards, also when this fails. */
  put(file: ScratchFile, facts: FileFacts): Promise<StoredFile>;
  /** Null when there is no such file or its time is over. */
  find(id: string): Promise<StoredFile | null>;
  /** The bytes, or those of the range; null when the file is not there. Destroying the stream frees what it holds. */
  read(file: StoredFile, range?: ByteRange): Promise<Readable | null>;
  /** A URL at which the place itself gives the file for so many seconds; null when only this process can. */
  presign(file: StoredFile, seconds: number): Promise<string | null>;
  /** Removes what has expired; gives the number of files removed. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

const idPattern = /^([0-9a-z]{8})-[A-Za-z0-9_-]{24}$/;

/** A fresh id that nobody can guess and that begins with the second of expiry, so that a sweep need not open files. */
export function createFileId(expiresAt: number): string {
  const second = Math.ceil(expiresAt / 1000)
    .toString(36)
    .padStart(8, "0");
  return `${second}-${randomBytes(18).toString("base64url")}`;
}

/** When the file of this id expires, in epoch milliseconds; null for a text that is no id of ours. */
export function expiryOf(id: string): number | null {
  const [, second] = idPattern.exec(id) ?? [];
  return second === undefined ? null : Number.parseInt(second, 36) * 1000;
}
