/** `invoicegraph query`: runs an operation and prints its answer. */
import { readFile } from "node:fs/promises";
import { loadConfig } from "../config/load.ts";
import { startSandbox } from "../sandbox.ts";
import { startService } from "../service.ts";
import { sourceKinds } from "../sources/index.ts";
import { createLog } from "../telemetry/log.ts";
import { ask, type Credential, type Reply } from "./ask.ts";
import { type Command, readArguments, type Terminal } from "./command.ts";
import { mustFindConfig } from "./find-config.ts";
import { exitCodes, UsageMistake } from "./mistake.ts";

const options = {
  url: { type: "string" },
  config: { type: "string" },
  sandbox: { type: "boolean" },
  as: { type: "string" },
  key: { type: "string" },
  token: { type: "string" },
  variables: { type: "string" },
  operation: { type: "string" },
} as const;

export const query: Command = {
  name: "query",
  summary: "run an operation and print its answer as JSON",
  help: `Usage: invoicegraph query [FILE] [--url URL | --config FILE | --sandbox] [OPTIONS]

Runs the operation in FILE (standard input when it is left out or -) and prints the answer as JSON.
The exit code is 1 when the answer holds errors.

Where:
  --url URL         a running service; default: http://localhost:4000
  --config FILE     a service started for this one question, over your own upstreams
  --sandbox         the same over made-up data

As whom:
  --key KEY         an API key; default: INVOICEGRAPH_KEY
  --token TOKEN     a bearer token; default: INVOICEGRAPH_TOKEN
  --as NAME         in the sandbox: service (sees all; the default), parent or single

What:
  --variables JSON  such as '{"first": 5}', or @FILE
  --operation NAME  which one, when the text holds several

Examples:
  echo '{ invoices(first: 3) { nodes { number totalAmount currency } } }' | invoicegraph query --sandbox
  invoicegraph query latest.graphql --variables '{"first": 5}' --url https://invoices.example
  invoicegraph query settings.graphql --variables @acme.json --config invoicegraph.yaml --key "$ACME_KEY"
`,
  async run(args, terminal) {
    const { values, positionals } = readArguments("query", args, options, 1);
    const { url, config, sandbox = false } = values;
    if ([url !== undefined, config !== undefined, sandbox].filter(Boolean).length > 1)
      throw new UsageMistake("Ask one service: give only one of --url, --config and --sandbox.");
    const operation = {
      query: await textOf(positionals[0], terminal),
      variables: await variablesOf(values.variables),
      operationName: values.operation,
    };
    const credential = credentialOf(values, terminal);
    const reply = sandbox
      ? await askSandbox(values.as ?? "service", operation)
      : config === undefined
        ? await ask(url ?? "http://localhost:4000", operation, credential)
        : await askConfigured(mustFindConfig(config, terminal.env), operation, credential, terminal);
    terminal.out(`${JSON.stringify(reply, null, 2)}\n`);
    return reply.errors === undefined ? exitCodes.success : exitCodes.failure;
  },
};

type Operation = Parameters<typeof ask>[1];

async function askSandbox(name: string, operation: Operation): Promise<Reply> {
  const own = await startSandbox();
  const names = own.tokens.map((token) => token.name.replace("sandbox-", ""));
  const token = own.tokens[names.indexOf(name)];
  if (token === undefined) {
    await own.simulators.close();
    throw new UsageMistake(`The sandbox has no viewer "${name}": it has ${names.join(", ")}.`);
  }
  const service = await startService(own.config, {
    log: quietLog(),
    sandbox: own,
    host: "127.0.0.1",
    port: 0,
  });
  try {
    return await ask(service.url, operation, { "x-api-key": token.key });
  } finally {
    await service.stop(0);
  }
}

async function askConfigured(
  path: string,
  operation: Operation,
  credential: Credential,
  { env }: Terminal,
): Promise<Reply> {
  if (Object.keys(credential).length === 0)
    throw new UsageMistake("Say who is asking, with --key or --token: the service answers nobody else.");
  const config = await loadConfig(path, { kinds: sourceKinds, env });
  const service = await startService(config, { log: quietLog(), sandbox: null, host: "127.0.0.1", port: 0 });
  try {
    return await ask(service.url, operation, credential);
  } finally {
    await service.stop(0);
  }
}

// Standard output is the answer's.
function quietLog() {
  return createLog("warn", process.stderr);
}

function credentialOf(given: { key?: string; token?: string }, { env }: Terminal): Credential {
  if (given.key !== undefined && given.token !== undefined)
    throw new UsageMistake("Give one credential: --key or --token.");
  const key = given.token === undefined ? (given.key ?? env["INVOICEGRAPH_KEY"]) : undefined;
  const token = given.token ?? env["INVOICEGRAPH_TOKEN"];
  if (key !== undefined) return carried({ "x-api-key": key });
  return token === undefined ? {} : carried({ authorization: `Bearer ${token}` });
}

// fetch would throw, too, and show the secret.
function carried(credential: Credential): Credential {
  try {
    return Object.fromEntries(new Headers(credential));
  } catch {
    throw new UsageMistake(
      "The key or token holds a character that no header can carry, such as a line break: give it as it was issued.",
    );
  }
}

async function textOf(file: string | undefined, { stdin, isTTY }: Terminal): Promise<string> {
  if (file !== undefined && file !== "-") return await readText(file);
  if (isTTY)
    throw new UsageMistake(
      "There is no operation: name a file, or send its text to standard input, as in echo '{ viewer { role } }' | invoicegraph query --sandbox.",
    );
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  if (text.trim() === "") throw new UsageMistake("Standard input holds no operation.");
  return text;
}

async function variablesOf(given: string | undefined): Promise<unknown> {
  if (given === undefined) return undefined;
  const isFile = given.startsWith("@");
  const text = isFile ? await readText(given.slice(1)) : given;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageMistake(
      `The variables are not JSON: write them as '{"first": 5}', or name a file that holds them as @variables.json.`,
    );
  }
}

async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  } catch (thrown) {
    const isMissing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    throw new UsageMistake(`${file} ${isMissing ? "does not exist" : "cannot be read"}; name another file.`);
  }
}
