/** The recipe for Apollo Router, as far as it can be looked at without its program: its files fit each other and the proxy. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { subgraphsOf } from "../../examples/supergraph/compose.ts";
import { claimsText } from "../../examples/supergraph/sign.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

const folder = resolve(import.meta.dirname, "../../examples/supergraph");
const read = (name: string) => readFileSync(resolve(folder, name), "utf8");
const recipe = parse(read("router.yaml"), { uniqueKeys: true });
const script = read("viewer-claims.rhai");

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

it("names our subgraph, the proxy's own port on the loopback, and a script that is there", () => {
  const names = subgraphsOf("type Query { a: Int }", {
    invoices: "http://a/",
    crm: "http://b/",
    support: "http://c/",
  });
  const port = /PORT = "(\d+)"/.exec(read("proxy.ts"))?.[1];

  expect(names.map(({ name }) => name)).toEqual(
    expect.arrayContaining(Object.keys(recipe.override_subgraph_url)),
  );
  expect(Object.keys(recipe.headers.subgraphs)).toEqual(Object.keys(recipe.override_subgraph_url));
  expect(recipe.override_subgraph_url.invoices).toBe(`http://127.0.0.1:${port}/`);
  expect(existsSync(resolve(folder, recipe.rhai.scripts, recipe.rhai.main))).toBe(true);
});

it("hands the claims that the script makes to the proxy, under the names that both know", () => {
  const [{ insert }] = recipe.headers.subgraphs.invoices.request;

  expect(insert).toEqual({ name: "viewer-claims", from_context: "viewer_claims" });
  expect(script).toContain(`request.context["${insert.from_context}"] = text;`);
  expect(read("signing-proxy.ts")).toContain(`request.headers["${insert.name}"]`);
});

it("the script's way from base64 to base64url gives what the subgraph reads", () => {
  const claims = { sub: "zoë>>???~~", role: "customer", customer: "acme" } as const;
  const steps = [...script.matchAll(/text\.replace\("(.)", "(.?)"\);/g)];

  const text = steps.reduce(
    (all, [, from = "", to = ""]) => all.replaceAll(from, to),
    Buffer.from(JSON.stringify(claims)).toString("base64"),
  );

  expect(steps).toHaveLength(3);
  expect(text).toBe(claimsText(claims));
});

it("what the router sends through the proxy's process is answered by the subgraph, and nothing without claims", async () => {
  const key = { id: "router", secret: "a secret of at least thirty-two bytes" };
  const app: TestApp = await startTestApp({ sections: () => ({ subgraph: { keys: [key] } }) });
  ends.push(() => app.close());
  const proxy = spawn(process.execPath, ["--import", "tsx", resolve(folder, "proxy.ts")], {
    env: {
      ...process.env,
      INVOICES_URL: `${app.url}/subgraph`,
      ROUTER_KEY_ID: key.id,
      ROUTER_SECRET: key.secret,
      PORT: "0",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  ends.push(() => proxy.kill());
  const [line] = (await once(createInterface({ input: proxy.stdout }), "line")) as [string];
  const url = / at (\S+)$/.exec(line)?.[1] ?? "";
  const claims = claimsText({ sub: "ann", role: "customer", customer: "acme" });
  // As the router writes it: names, variables, then nothing else.
  const body = JSON.stringify({
    query:
      "query Own__invoices__0($representations:[_Any!]!){_entities(representations:$representations){...on Customer{name}}}",
    operationName: "Own__invoices__0",
    variables: {
      representations: [
        { __typename: "Customer", key: "acme" },
        { __typename: "Customer", key: "omnix" },
      ],
    },
  });
  const ask = (headers: Record<string, string>) =>
    fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

  const answer = await ask({ "viewer-claims": claims });
  const refused = await ask({});

  expect(await answer.json()).toMatchObject({
    data: { _entities: [{ name: "Acme Telecom Holding" }, null] },
  });
  expect(refused.status).toBe(400);
});
