/** Makes the package ready before it is packed, and tidies up after: `npm pack` and `npm publish` run it. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { lockOfUsers } from "./lock-of-users.mjs";

// Who installs the package gets the versions that were tested: neither package-lock.json nor `overrides` reach them.
const shrinkwrap = "npm-shrinkwrap.json";

if (process.argv[2] === "before") {
  // What was built from files that are gone would be packed with the rest.
  rmSync("dist", { recursive: true, force: true });
  execFileSync("npm", ["run", "build"], { stdio: ["ignore", "ignore", "inherit"] });
  writeFileSync(shrinkwrap, lockOfUsers());
} else {
  rmSync(shrinkwrap, { force: true });
}
