/** Builds what is measured as it is built for production, so that no transpiler stands between the code and the measurement. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Compiles the service and the bench's servers into `bench/build`, without checking types; throws when that fails. */
export function build(): void {
  const tsc = fileURLToPath(new URL("../node_modules/.bin/tsc", import.meta.url));
  const { status } = spawnSync(tsc, ["-p", "bench/tsconfig.json", "--noCheck"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the build failed");
}

/** A built script, such as "bench/servers/ours". */
export function built(name: string): string {
  return fileURLToPath(new URL(`build/${name}.js`, import.meta.url));
}
