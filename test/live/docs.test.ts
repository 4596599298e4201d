/** What docs/live.md shows of subscriptions is run: the operations, the command, and the program. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createClient } from "graphql-sse";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readYaml } from "../../src/config/yaml.ts";
import { liveConfig } from "../../src/live/config.ts";
import { type TestApp, startTestApp } from "../support/app.ts";
import { askInPieces } from "./pieces.ts";

const text = readFileSync(new URL("../../docs/live.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, kind, code = ""]) =>
    kind === language ? [code] : [],
  );

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ sections: () => ({ live: { intervalSeconds: 1 } }) });
});
afterAll(() => app.close());

const key = () => app.keyOf("parent");
const operations = blocks("graphql");

it("the deferred query comes in pieces", async () => {
  const [query = ""] = operations;

  const pieces = await (
    await askInPieces({ url: app.url, key: key(), accept: "multipart/mixed", query })
  ).rest();

  const labels = pieces.flatMap(({ incremental = [] }) => incremental.map(({ label }: any) => label));
  expect(labels.toSorted()).toEqual(["freight", "settings"]);
});

it("the subscriptions tell", async () => {
  const { data } = await app.query("mutation { exportInvoices(input: {}) { id } }", {}, "parent");
  const { data: own } = await app.query("{ viewer { customer { id } } }", {}, "parent");
  const variables = { customerId: own.viewer.customer.id, id: data.exportInvoices.id };
  const subscriptions = operations.filter((operation) => operation.startsWith("subscription"));

  const events = await Promise.all(
    subscriptions.map(async (query) => {
      const wanted = Object.entries(variables).filter(([name]) => query.includes(`$${name}:`));
      const pieces = await askInPieces({
        url: app.url,
        key: key(),
        accept: "text/event-stream",
        query,
        variables: Object.fromEntries(wanted),
      });
      const event = await pieces.next();
      await pieces.leave();
      return event;
    }),
  );

  expect(events.map(({ errors }) => errors)).toEqual([undefined, undefined]);
  expect(events.map(({ data: told }) => Object.keys(told)[0])).toEqual(["invoicesChanged", "exportProgress"]);
});

it("the command shows the first event", async () => {
  const [command = ""] = blocks("bash");
  const child = spawn("bash", ["-c", `exec ${command.replace("http://localhost:4000", app.url)}`], {
    env: { ...process.env, KEY: key() },
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += String(chunk)));

  await expect.poll(() => said).toContain('"changes":[]');
  child.kill();

  expect(said).toContain("event: next\ndata: {");
});

it("the program is told of a change", async () => {
  const [program = ""] = blocks("ts");
  const told: unknown[] = [];
  // It goes on for ever; this one has seen enough after the first event.
  const body = program
    .replace(/^import .*$/m, "")
    .replace("http://localhost:4000", app.url)
    .replace(/console\.log\((.*)\);/, "told.push($1); break;");
  const Program = Object.getPrototypeOf(async () => {}).constructor;

  await new Program("createClient", "KEY", "told", body)(createClient, key(), told);

  expect(told).toEqual([[]]);
});

it("the configuration is one, and says the defaults", () => {
  const [block = ""] = blocks("yaml");
  const reading = readYaml(block);

  const read = liveConfig.parse("mistakes" in reading ? null : (reading.value as any).live);

  expect(read).toEqual(liveConfig.parse({}));
});
