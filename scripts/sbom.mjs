/** Prints the bill of materials of what is shipped, as CycloneDX JSON: `npm run --silent sbom > sbom.json`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockOfUsers } from "./lock-of-users.mjs";

const { devDependencies: _, scripts: __, ...manifest } = JSON.parse(readFileSync("package.json", "utf8"));
const folder = mkdtempSync(join(tmpdir(), "invoicegraph-sbom-"));
try {
  // npm names the root after its folder. Its --omit=dev (11.19) also leaves packages out that are shipped, so that it is
  // given a lock file that holds nothing else.
  const place = join(folder, manifest.name);
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(place, "package-lock.json"), lockOfUsers());
  const options = ["--package-lock-only", "--sbom-format=cyclonedx", "--sbom-type=application"];
  execFileSync("npm", ["sbom", ...options], { cwd: place, stdio: ["ignore", "inherit", "inherit"] });
} finally {
  rmSync(folder, { recursive: true });
}
