/** Makes folders for files. */
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes the folder and those above it where they are missing, for this user only; throws what the system says. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (thrown) {
    // Node's own `recursive` asks without end where a folder is there but takes no folders, as /proc does.
    if (codeOf(thrown) !== "ENOENT" || dirname(path) === path) throw thrown;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (thrown) {
    if (codeOf(thrown) !== "EEXIST" || !(await isFolder(path))) throw thrown;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : null;
}
