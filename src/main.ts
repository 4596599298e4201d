/** The process behind `npm start`: a service over the configuration that the environment names, or else the sandbox. */
import { configInEnvironment } from "./cli/find-config.ts";
import { endWith, sayFailure } from "./cli/mistake.ts";
import { readPort } from "./cli/port.ts";
import { runSandbox, runService } from "./cli/serve.ts";
import { noConfigSentence } from "./config/load.ts";

async function main({ env }: NodeJS.Process): Promise<void> {
  const path = configInEnvironment(env);
  if (path === undefined && env["NODE_ENV"] === "production") throw new Error(noConfigSentence);
  const port = env["PORT"] === undefined ? undefined : readPort(env["PORT"], "PORT");
  if (path === undefined) await runSandbox({ port, env });
  else await runService(path, { port, env });
}

main(process).catch((thrown: unknown) => {
  endWith(sayFailure(thrown, (text) => void process.stderr.write(text)));
});
