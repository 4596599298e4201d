/** Makes the package ready before it is packed, and tidies up after: `npm pack` and `npm publish` run it. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

// Who installs the package gets the versions that were tested: neither package-lock.json nor `overrides` reach them.
const shrinkwrap = "npm-shrinkwrap.json";

/** The lock file without what only developing needs. */
function lockOfUsers() {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const { devDependencies: _, ...root } = lock.packages[""];
  const used = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  return { ...lock, packages: { "": root, ...Object.fromEntries(used) } };
}

if (process.argv[2] === "before") {
  // What was built from files that are gone would be packed with the rest.
  rmSync("dist", { recursive: true, force: true });
  execFileSync("npm", ["run", "build"], { stdio: ["ignore", "ignore", "inherit"] });
  writeFileSync(shrinkwrap, `${JSON.stringify(lockOfUsers(), null, 2)}\n`);
} else {
  rmSync(shrinkwrap, { force: true });
}
