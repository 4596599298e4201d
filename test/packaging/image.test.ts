/** The Dockerfile's own steps and compose.yaml's own commands, run without Docker: read-only, as its user, against real servers. */
import { chownSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { hasPostgres, startPostgres, type TestPostgres } from "../support/postgres.ts";
import { hasRedis, startRedis, type TestRedis } from "../support/redis.ts";
import { hasS3Server, type S3Server, startS3Server } from "../support/s3-server.ts";
import {
  copySources,
  findRegistry,
  makeReadOnly,
  mustFetch,
  mustRun,
  npmHome,
  openFolder,
  otherUser,
  root,
  run,
  start,
  type Started,
} from "./programs.ts";

const canRun = hasPostgres && hasRedis && hasS3Server() && (await findRegistry()) !== null;
const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8").replaceAll("\\\n", "");
const stageOf = (name: string) =>
  new RegExp(`^FROM \\S+ AS ${name}$([^]*?)(?=^FROM|$(?![^]))`, "m").exec(dockerfile)?.[1] ?? "";
const { services } = parse(readFileSync(join(root, "compose.yaml"), "utf8"), { merge: true });

// One after the other, also where tests are shuffled: some end what others ask.
describe.runIf(canRun)("the image", { shuffle: false }, () => {
  const folder = openFolder("image");
  const image = join(folder, "app");
  const compose = join(folder, "compose");
  let postgres: TestPostgres;
  let redis: TestRedis;
  let s3: S3Server;
  let upstreams: Started;
  let env: Record<string, string>;
  const replicas: { url: string; port: string; stop: Started["stop"] }[] = [];

  /** A stage's folder after its COPY and RUN of npm. */
  async function runStage(name: "build" | "dependencies"): Promise<void> {
    const place = join(folder, name);
    mkdirSync(place);
    if (name === "build") copySources(place);
    else
      for (const file of ["package.json", "package-lock.json", ".npmrc"])
        cpSync(join(root, file), join(place, file));
    for (const [, command = ""] of stageOf(name).matchAll(/^RUN (npm .*)$/gm)) {
      // A developer's packages are installed here already, by the same command.
      if (name === "build" && command.startsWith("npm ci")) continue;
      await mustFetch(["sh", "-c", command], {
        cwd: place,
        env: { ...npmHome, npm_config_prefer_offline: "true" },
      });
    }
  }

  beforeAll(async () => {
    await Promise.all([runStage("build"), runStage("dependencies")]);
    mkdirSync(image);
    for (const [, stage = "", from = "", to = ""] of stageOf("service").matchAll(
      /^COPY --from=(\w+) \/app\/(\S+) (\S+)$/gm,
    ))
      renameSync(join(folder, stage, from), join(image, to));
    for (const [, files = ""] of stageOf("service").matchAll(/^COPY (?!--from)(.*) \.\/$/gm))
      for (const file of files.split(" ")) cpSync(join(root, file), join(image, file));
    makeReadOnly(image);
    // Where the repository is, another user may not be let in.
    cpSync(join(root, "deploy/compose"), compose, { recursive: true });

    [postgres, redis, s3] = await Promise.all([startPostgres(), startRedis(), startS3Server()]);
    upstreams = await start(
      ["node", join(compose, "upstreams.mjs")],
      { cwd: folder, env: { INVOICEGRAPH_APP: image, FIRST_PORT: "0", HOST: "127.0.0.1" } },
      /on the ports (\d+), (\d+), (\d+), (\d+)/,
    );
    let text = readFileSync(join(root, "deploy/compose/invoicegraph.yaml"), "utf8");
    for (const [index, port] of upstreams.match.slice(1).entries())
      text = text.replaceAll(`upstreams:${4_501 + index}`, `127.0.0.1:${port}`);
    const scratch = join(folder, "scratch");
    mkdirSync(scratch);
    if (otherUser.uid !== undefined) chownSync(scratch, 1_000, 1_000);
    text = text
      .replace("/var/lib/invoicegraph", scratch)
      // On a busy machine the usual times are not always enough.
      .replace('"${DATABASE_URL}" }', '"${DATABASE_URL}", timeoutMs: 20000 }')
      .replace("url: ${REDIS_URL}", "url: ${REDIS_URL}\n  timeoutMs: 3000")
      .replace("server:\n", "server:\n  host: 127.0.0.1\n")
      .replace("pathStyle: true", `pathStyle: true\n    region: ${s3.region}`);
    writeFileSync(join(folder, "invoicegraph.yaml"), text);
    env = {
      ...services.api.environment,
      NODE_ENV: "production",
      INVOICEGRAPH_CONFIG: join(folder, "invoicegraph.yaml"),
      INVOICEGRAPH_APP: image,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      S3_ENDPOINT: s3.endpoint,
      S3_REGION: s3.region,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    };
  }, 600_000);

  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    await upstreams?.stop();
    await Promise.all([postgres?.close(), redis?.close(), s3?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const entrypoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
  const inside = () => ({ cwd: image, env, ...otherUser });

  async function ask(
    url: string,
    headers: Record<string, string>,
    query: string,
    variables = {},
  ): Promise<any> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return await response.json();
  }

  it("holds nothing that only developers need", async () => {
    const names = (await mustRun(["ls", join(image, "node_modules")], { cwd: image })).split("\n");

    expect(names).toEqual(expect.arrayContaining(["pg", "graphql", "undici"]));
    for (const name of ["vitest", "typescript", "tsx", "playwright-core"]) expect(names).not.toContain(name);
  });

  it("makes the tables, brings the customers in and makes the bucket, each twice without harm", async () => {
    const customers = join(compose, "customers.json");

    for (const expected of [/^Taken: /, /^The tables are up to date/])
      expect(await mustRun([...entrypoint, ...services.migrate.command], inside())).toMatch(expected);
    for (const expected of [/^Added: 16 /, /^Added: 0\nChanged: 0\n/]) {
      const [directory, action] = services.import.command;
      expect(await mustRun([...entrypoint, directory, action, customers], inside())).toMatch(expected);
    }
    for (let time = 0; time < 2; time++)
      expect(await mustRun(["node", join(compose, "bucket.mjs")], inside())).toMatch(/is there\.$/m);
  });

  it("ends when it cannot begin, and says why", async () => {
    const where = { ...inside(), env: { ...env, PORT: "0", S3_SECRET_ACCESS_KEY: "another" } };

    const { code, err } = await run([...entrypoint, ...services.api.command], where);

    expect({ code, err }).toEqual({
      code: 1,
      err: "The store for files cannot take or give the file at the moment.\n",
    });
  });

  it("serves from a read-only tree as another user, and tells its health", async () => {
    const health = JSON.parse(/HEALTHCHECK .*CMD (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
    for (let number = 0; number < services.api.deploy.replicas; number++) {
      const where = { ...inside(), env: { ...env, PORT: "0" } };
      const { match, stop } = await start(
        [...entrypoint, ...services.api.command],
        where,
        /"url":"([^"]+:(\d+))"/,
      );
      replicas.push({ url: match[1] ?? "", port: match[2] ?? "", stop });
    }

    for (const { url, port } of replicas) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect(await run(health, { cwd: image, env: { PORT: port } })).toMatchObject({ code: 0 });
    }
    expect(await run(health, { cwd: image, env: { PORT: "9" } })).toMatchObject({ code: 1 });
    expect((await run(["touch", join(image, "x")], { cwd: image, ...otherUser })).code).toBe(
      process.getuid?.() === 0 ? 1 : 1,
    );
  });

  it("answers over the database, and a link that one replica made opens at the other", async () => {
    const [one, two] = replicas;
    const key = { "x-api-key": "demo-acme-key" };
    const list = "{ viewer { customer { name } } invoices(first: 3) { isComplete nodes { id number } } }";
    const answers = await Promise.all(replicas.map(({ url }) => ask(`${url}/graphql`, key, list)));
    const [answer] = answers;

    const made = await ask(
      `${one?.url}/graphql`,
      key,
      "mutation ($ids: [ID!]!) { downloadInvoices(input: { invoiceIds: $ids }) { status files { url contentType } } }",
      { ids: answer.data.invoices.nodes.map(({ id }: { id: string }) => id) },
    );
    const link = new URL(made.data.downloadInvoices.files[0].url);
    const opened = await fetch(`${two?.url}${link.pathname}${link.search}`);
    const bytes = Buffer.from(await opened.arrayBuffer());

    expect(answer).toMatchObject({ data: { viewer: { customer: { name: "Acme Telecom Holding" } } } });
    expect(answers[1]).toEqual(answer);
    expect(made.data.downloadInvoices.status).toBe("READY");
    expect(opened.status).toBe(200);
    expect(bytes.subarray(0, 4).toString("latin1")).toMatch(/^(?:%PDF|PK)/);
  });

  it("is one subgraph of the gateway's supergraph", async () => {
    const where = {
      cwd: root,
      env: {
        ...services.gateway.environment,
        INVOICES_URL: `${replicas[0]?.url}/subgraph`,
        PORT: "0",
        HOST: "127.0.0.1",
      },
    };
    const command = /^CMD (.*)$/m.exec(stageOf("gateway"))?.[1] ?? "[]";
    const gateway = await start(JSON.parse(command) as string[], where, /on port (\d+)/);

    const answer = await ask(
      `http://127.0.0.1:${gateway.match[1]}/graphql`,
      { authorization: "Bearer demo-acme" },
      "{ tickets { subject account { customer { name region invoices(first: 1) { nodes { number } } } } } }",
    );
    await gateway.stop();

    expect(answer.errors).toBeUndefined();
    expect(answer.data.tickets[0].account.customer).toMatchObject({
      name: "Acme Telecom Holding",
      region: "EMEA",
      invoices: { nodes: [{ number: expect.any(String) }] },
    });
  });

  it("ends in an orderly way at SIGTERM", async () => {
    const codes = await Promise.all(replicas.splice(0).map(({ stop }) => stop()));

    expect(codes).toEqual([0, 0]);
  });
});
