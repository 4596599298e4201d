/** What package-lock.json says of those who use the package: the lock file without what only developing needs. */
import { readFileSync } from "node:fs";

/** The lock file of users, as its text. */
export function lockOfUsers() {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const { devDependencies: _, ...root } = lock.packages[""];
  const used = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  return `${JSON.stringify({ ...lock, packages: { "": root, ...Object.fromEntries(used) } }, null, 2)}\n`;
}
