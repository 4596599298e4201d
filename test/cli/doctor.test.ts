/** The doctor against broken worlds: every kind of trouble is named, with what to do. */
import { createServer, type RequestListener, type Server } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Finding } from "../../src/doctor/finding.ts";
import { type Simulators, type SimulatorsConfig, startSimulators } from "../../src/simulators/index.ts";
import { hasPostgres, startPostgres, type TestPostgres } from "../support/postgres.ts";
import { invoicegraph } from "./terminal.ts";

const sha256 = "0".repeat(64);
const linkSecret = "a-secret-of-links-that-is-long-enough-for-it";
let simulators: Simulators;
let folder: string;
const servers: Server[] = [];
let akamaiAheadMs = 0;

beforeAll(async () => {
  simulators = await startSimulators({ each: { akamai: { now: () => Date.now() + akamaiAheadMs } } });
});
afterAll(() => simulators.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "doctor-"));
});
afterEach(async () => {
  akamaiAheadMs = 0;
  for (const kind of ["flolive", "akamai", "v6", "ddapi"] as const) simulators[kind].setFault(null);
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

type Written = SimulatorsConfig & Record<string, any>;

/** A configuration in which all is well. */
function healthy(): Written {
  return structuredClone({
    ...simulators.config(),
    server: { publicUrl: "https://invoices.example" },
    auth: { apiKeys: [{ name: "service", sha256, role: "customer_service" }] },
    delivery: { folder: join(folder, "files"), links: { keys: [{ id: "k1", secret: linkSecret }] } },
  });
}

/** Lets the doctor look at a configuration. */
async function examined(
  config: object,
  timeout = "5",
): Promise<{ code: number; findings: Finding[]; out: string }> {
  const path = join(folder, "invoicegraph.yaml");
  await writeFile(path, stringify(config));
  const { code, out } = await invoicegraph(["doctor", "--config", path, "--json", "--timeout", timeout]);
  return { code, findings: JSON.parse(out) as Finding[], out };
}

const troubles = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status === "FAILURE" || status === "WARNING");

async function serve(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("where all is well", () => {
  test("there is no trouble, and each source was asked with real credentials", async () => {
    const { code, findings } = await examined(healthy());

    expect(troubles(findings)).toEqual([]);
    expect(code).toBe(0);
    expect(findings.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([
        "configuration",
        "source flolive",
        "clock and cdn",
        "links to billing",
        "file store",
      ]),
    );
  });

  test("people get a table that ends with a sum", async () => {
    const path = join(folder, "invoicegraph.yaml");
    await writeFile(path, stringify(healthy()));

    const { code, out } = await invoicegraph(["doctor", "--config", path]);

    expect(code).toBe(0);
    expect(out).toMatch(/^ok +source flolive +answers and takes the credentials \(\d+ ms\)\.$/m);
    expect(out).toMatch(/All is well\.\n$/);
  });
});

interface Trouble {
  readonly title: string;
  readonly subject: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
  readonly status?: "WARNING";
  /** Brings it about. */
  readonly break: (config: Written) => void | Promise<void>;
}

const troublesToFind: readonly Trouble[] = [
  {
    title: "a mistake in the configuration",
    subject: "configuration",
    says: /^sources\.freight\.apiKy is not a known key; did you mean apiKey\?/,
    remedy: /^Correct line \d+ of .*invoicegraph\.yaml/,
    break: ({ sources }) => {
      sources["freight"] = { ...sources["freight"], kind: "v6", apiKy: "x" };
    },
  },
  {
    title: "a variable of the environment that is not set",
    subject: "configuration",
    says: /needs the environment variable NO_SUCH_VARIABLE, which is not set/,
    remedy: /^Correct line/,
    break: ({ sources }) => {
      sources["freight"] = { ...sources["freight"], kind: "v6", apiKey: "${NO_SUCH_VARIABLE}" };
    },
  },
  {
    title: "an account that is linked twice",
    subject: "configuration",
    says: /^customers\[\d+\]\.accounts\.freight.*linked/,
    remedy: /^Correct line/,
    break: ({ customers }) => {
      const [first, second] = customers.filter(({ accounts }) => accounts["freight"] !== undefined);
      second!.accounts["freight"] = first!.accounts["freight"]!;
    },
  },
  {
    title: "a source that cannot be reached",
    subject: "source billing",
    says: /^billing could not be reached \(ECONNREFUSED\)\./,
    remedy: /sources\.billing\.url.*firewall/,
    break: ({ sources }) => {
      sources["billing"] = { ...sources["billing"], kind: "ddapi", url: "http://127.0.0.1:9" };
    },
  },
  {
    title: "credentials that are refused",
    subject: "source freight",
    says: /^freight refuses the configured credentials/,
    remedy: /right credentials into sources\.freight/,
    break: ({ sources }) => {
      sources["freight"] = { ...sources["freight"], kind: "v6", apiKey: "CANARY-wrong-key" };
    },
  },
  {
    title: "a source that hangs",
    subject: "source flolive",
    says: /^flolive did not answer within/,
    remedy: /sources\.flolive\.timeoutMs/,
    break: () => simulators.flolive.setFault({ kind: "hang" }),
  },
  {
    title: "a web page in place of the API",
    subject: "source freight",
    says: /^freight /,
    remedy: /sources\.freight\.url is the base URL of the API/,
    break: () => simulators.v6.setFault({ kind: "html" }),
  },
  {
    title: "a source that says that it is out of service",
    subject: "source billing",
    says: /out of service/,
    remedy: /wait, or tell whoever runs it/,
    break: () => simulators.ddapi.setFault({ kind: "status", status: 503 }),
  },
  {
    title: "clocks that are 40 s apart, which EdgeGrid does not forgive",
    subject: "clock and cdn",
    says: /^this machine is (39|40|41) s behind the source's Date header/,
    remedy: /NTP/,
    break: () => {
      akamaiAheadMs = 40_000;
    },
  },
  {
    title: "clocks that are 15 s apart",
    status: "WARNING",
    subject: "clock and cdn",
    says: /^this machine is (14|15|16) s ahead of the source's Date header/,
    remedy: /NTP/,
    break: () => {
      akamaiAheadMs = -15_000;
    },
  },
  {
    title: "a link to an account that floLIVE does not know",
    subject: "links to flolive",
    says: /is linked to 00000000-0000-4000-8000-000000000001, which flolive does not (know|show us)/,
    remedy: /accounts\.flolive of the customer/,
    break: ({ customers }) => {
      customers[0]!.accounts["flolive"] = ["00000000-0000-4000-8000-000000000001"];
    },
  },
  {
    title: "a link to a customer number that DDAPI does not know",
    subject: "links to billing",
    says: /is linked to 99999, which billing does not know/,
    remedy: /accounts\.billing of the customer/,
    break: ({ customers }) => {
      customers[0]!.accounts["billing"] = [99_999];
    },
  },
  {
    title: "a link to a contract that Akamai does not know or show",
    subject: "links to cdn",
    says: /is linked to C-NOSUCH, which cdn does not (know|show us)/,
    remedy: /accounts\.cdn of the customer/,
    break: ({ customers }) => {
      customers[0]!.accounts["cdn"] = ["C-NOSUCH"];
    },
  },
  {
    title: "a source that no customer is linked to",
    status: "WARNING",
    subject: "links to freight",
    says: /no customer has an account there/,
    remedy: /take sources\.freight out/,
    break: ({ customers }) => {
      for (const { accounts } of customers) delete accounts["freight"];
    },
  },
  {
    title: "a file store that cannot be written",
    subject: "file store",
    says: /cannot be written: (ENOTDIR|EEXIST)/,
    remedy: /delivery\.folder/,
    async break(config) {
      await writeFile(join(folder, "taken"), "a file");
      config["delivery"].folder = join(folder, "taken", "files");
    },
  },
  {
    title: "a bucket that cannot be reached",
    subject: "file store",
    says: /the bucket invoices cannot be written and read/,
    remedy: /Check delivery\.s3/,
    break: (config) => {
      const credentials = { accessKeyId: "id", secretAccessKey: "CANARY-s3-secret" };
      config["delivery"].s3 = {
        endpoint: "http://127.0.0.1:9",
        bucket: "invoices",
        pathStyle: true,
        ...credentials,
      };
    },
  },
  {
    title: "no keys to sign links with",
    status: "WARNING",
    subject: "link signing keys",
    says: /none is configured/,
    remedy: /openssl rand -base64 32/,
    break: (config) => {
      delete config["delivery"].links;
    },
  },
  {
    title: "a Redis that is not there",
    subject: "redis",
    says: /does not answer as it should/,
    remedy: /redis\.url/,
    break: (config) => {
      config["redis"] = { url: "redis://:CANARY-password@127.0.0.1:9" };
    },
  },
  {
    title: "an issuer whose keys cannot be fetched",
    subject: "token issuer's keys",
    says: /answers with HTTP 404/,
    remedy: /auth\.jwt\.jwksUrl/,
    async break(config) {
      const jwksUrl = await serve((_request, response) => response.writeHead(404).end());
      config["auth"].jwt = { issuer: "https://login.example", audience: "invoicegraph", jwksUrl };
    },
  },
  {
    title: "an issuer that publishes something else",
    subject: "token issuer's keys",
    says: /is no key set/,
    remedy: /auth\.jwt\.jwksUrl/,
    async break(config) {
      const jwksUrl = await serve((_request, response) => response.end("<html>"));
      config["auth"].jwt = { issuer: "https://login.example", audience: "invoicegraph", jwksUrl };
    },
  },
  {
    title: "an API key that has expired",
    status: "WARNING",
    subject: "API key old",
    says: /has expired at 2020/,
    remedy: /new key/,
    break: (config) => {
      config["auth"].apiKeys.push({
        name: "old",
        sha256: "1".repeat(64),
        role: "customer_service",
        expires: "2020-01-01T00:00:00Z",
      });
    },
  },
  {
    title: "no public URL for links",
    status: "WARNING",
    subject: "public URL",
    says: /links to files begin with http:\/\//,
    remedy: /server\.publicUrl/,
    break: (config) => {
      delete config["server"].publicUrl;
    },
  },
  {
    title: "known operations that cannot be read",
    subject: "trusted documents",
    says: /no-such-folder/,
    remedy: /server\.trustedDocuments/,
    break: (config) => {
      config["server"].trustedDocuments = { path: "no-such-folder" };
    },
  },
];

describe("the doctor names", () => {
  test.each(troublesToFind)(
    "$title",
    async ({ break: breakIt, status = "FAILURE", subject, says, remedy }) => {
      const config = healthy();
      await breakIt(config);

      const { code, findings, out } = await examined(config, "2");

      expect(troubles(findings)).toContainEqual({
        status,
        subject,
        says: expect.stringMatching(says),
        remedy: expect.stringMatching(remedy),
      });
      expect(code).toBe(status === "FAILURE" ? 1 : 0);
      expect(out).not.toMatch(/CANARY/);
    },
  );

  test("one broken source without taking the others' word away", async () => {
    simulators.flolive.setFault({ kind: "reset" });

    const { findings } = await examined(healthy());

    expect(troubles(findings).map(({ subject }) => subject)).toEqual(["source flolive"]);
    expect(findings.filter(({ status }) => status === "OK").map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(["source cdn", "source freight", "source billing", "links to cdn"]),
    );
  });
});

describe.runIf(hasPostgres)("a database of customers", () => {
  let postgres: TestPostgres;
  const readHealthy = () => {
    const { customers: _, ...rest } = healthy();
    return { ...rest, directory: { postgres: { url: postgres.url } } };
  };

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.close());

  test("is looked at from its tables to the accounts in them", async () => {
    const config = readHealthy();
    const file = join(folder, "customers.json");
    await writeFile(file, JSON.stringify(healthy()["customers"]));
    const database = async () => {
      const { code, findings } = await examined(config);
      return { code, found: findings.filter(({ subject }) => /database|links/.test(subject)) };
    };
    const importAll = () =>
      invoicegraph(["directory", "import", file, "--config", join(folder, "invoicegraph.yaml")]);

    const before = await database();
    const migrated = await invoicegraph(["migrate", "--config", join(folder, "invoicegraph.yaml")]);
    const empty = await database();
    const imported = await importAll();
    const full = await database();
    await postgres.run(`insert into invoicegraph.customers values ('by-hand', 'By hand', null);
      insert into invoicegraph.accounts values ('billing', 'x1', 'by-hand'), ('frait', '1', 'by-hand')`);
    const odd = await database();

    expect([migrated.code, imported.code]).toEqual([0, 0]);
    expect(before.code).toBe(1);
    expect(before.found).toEqual(
      expect.arrayContaining([
        {
          status: "FAILURE",
          subject: "customers' database",
          says: "a step has yet to be taken: 0001-customers.",
          remedy: "Run invoicegraph migrate.",
        },
        expect.objectContaining({ status: "SKIPPED", subject: "links to billing" }),
      ]),
    );
    expect(empty.found[0]).toMatchObject({ status: "WARNING", says: "answers, and holds no customer." });
    expect(full.code).toBe(0);
    expect(full.found[0]?.says).toMatch(/^answers, is up to date and holds \d+ customers \(\d+ ms\)\.$/);
    expect(full.found.filter(({ status }) => status !== "OK" && status !== "SKIPPED")).toEqual([]);
    expect(odd.found.map(({ status, says }) => `${status} ${says}`)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^FAILURE by-hand is linked to x1 of billing, which must be .*: it is never found\.$/,
        ),
        "WARNING 1 account is linked in frait, which is not a configured source: never asked for.",
      ]),
    );
  });

  test("that does not answer is named without its password, hung or gone", async () => {
    const config = readHealthy();
    postgres.freeze();
    const hung = await examined(config, "1");
    postgres.thaw();
    const gone = await examined({
      ...config,
      directory: { postgres: { url: "postgres://u:hunter2@127.0.0.1:1/x" } },
    });

    const about = ({ findings }: typeof hung) =>
      findings.find(({ subject }) => subject === "customers' database");
    expect(about(hung)).toMatchObject({ status: "FAILURE", says: "the database did not answer in time." });
    expect(about(gone)).toMatchObject({
      status: "FAILURE",
      says: "nothing listens there (ECONNREFUSED).",
      remedy:
        "Check directory.postgres: url (host, port, user, password, sslmode) and schema, and that the user may read the tables.",
    });
    expect(gone.out).not.toContain("hunter2");
  });
});
