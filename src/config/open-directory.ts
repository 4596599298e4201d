/** The directory that a configuration describes: inline customers, a file that is watched, or a database. */
import type { Directory } from "../model/directory.ts";
import { createDirectory } from "../directory/create.ts";
import type { Notice } from "../directory/notice.ts";
import { watchDirectory } from "../directory/watch.ts";
import { readCustomersFile } from "./load.ts";
import type { Config } from "./read.ts";

/** Opens the directory; `onNotice` hears of every change of a watched file or of a database's health. Close it when done. */
export async function openDirectory(
  { customers, directory, sources }: Pick<Config, "customers" | "directory" | "sources">,
  onNotice: (notice: Notice) => void,
): Promise<Directory> {
  if (directory === null) return createDirectory(customers);
  if ("postgres" in directory) {
    // 260 modules that a start without a database need not wait for.
    const { createPostgresDirectory } = await import("../directory/postgres/directory.ts");
    return createPostgresDirectory(directory.postgres, onNotice);
  }
  const kindOf = new Map(sources.map(({ id, kind }) => [id, kind]));
  return watchDirectory(directory.path, {
    initial: { customers, version: directory.version },
    read: (bytes) => readCustomersFile(bytes, directory.path, kindOf),
    onNotice,
  });
}
