/** The manifests for Kubernetes: against its own schemas, and against the service that they run. */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/config/read.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { startTestApp } from "../support/app.ts";

// Trees of YAML: a wrong path fails the test that goes there.
type Manifest = any;

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "deploy/kubernetes");
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
const manifests: Manifest[] = files.flatMap((name) =>
  parseAllDocuments(readFileSync(join(folder, name), "utf8")).map((document) => {
    if (document.errors.length > 0) throw new Error(`${name}: ${document.errors[0]?.message}`);
    return document.toJS() as Manifest;
  }),
);
const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const require = createRequire(import.meta.url);

const byKind = (kind: string): Manifest => {
  const found = manifests.filter((each) => each.kind === kind);
  if (found.length === 0) throw new Error(`There is no ${kind}.`);
  return found[0];
};
const deployment = byKind("Deployment");
const pod = deployment.spec.template;
const [container] = pod.spec.containers;
const job = byKind("Job");
const secret = byKind("Secret");

/** Checks a manifest, or something that looks like one, against Kubernetes' own schema; throws every mistake. */
function validate(manifest: Manifest): void {
  const { apiVersion, kind } = manifest;
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["core", apiVersion];
  const name = [group.replace(/\..*/, ""), version, kind]
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join("");
  // The package's own classes would copy what they check, and so touch every key of it.
  const schema = require(join(root, `node_modules/kubernetes-models/_schemas/IoK8sApi${name}.js`));
  if (schema.validate(manifest) === true) return;
  throw new Error(
    schema.validate.errors
      .map(
        ({ instancePath, message, params }: Manifest) =>
          `${instancePath} ${message} ${JSON.stringify(params)}`,
      )
      .join("\n"),
  );
}

/** The paths of keys that no schema of Kubernetes has looked at: misspelt ones are neither required nor of a wrong type. */
function unknownKeys(manifest: Manifest): string[] {
  const unseen = new Set<string>();
  const watch = (node: Manifest, path: string): Manifest => {
    if (typeof node !== "object" || node === null) return node;
    if (!Array.isArray(node)) for (const key of Object.keys(node)) unseen.add(`${path}.${key}`);
    const below = new Map(Object.keys(node).map((key) => [key, watch(node[key], `${path}.${key}`)]));
    return new Proxy(node, {
      get(target, key) {
        unseen.delete(`${path}.${String(key)}`);
        return below.get(String(key)) ?? Reflect.get(target, key);
      },
    });
  };
  validate(watch(structuredClone(manifest), ""));
  return [...unseen];
}

describe("the manifests", () => {
  it.each(
    manifests
      .filter(({ kind }) => kind !== "Kustomization")
      .map((each) => [each.kind, each.metadata.name, each]),
  )("%s %s fits the schema of Kubernetes, without an unknown key", (_, __, manifest) => {
    expect(() => validate(manifest)).not.toThrow();
    expect(unknownKeys(manifest)).toEqual([]);
  });

  it("are really looked at: a wrong type, a missing key and a misspelt one are found", () => {
    const wrong = structuredClone(deployment);
    wrong.spec.revisionHistoryLimit = "3";
    const missing = structuredClone(deployment);
    delete missing.spec.template.spec.containers[0].name;
    const misspelt = structuredClone(deployment);
    misspelt.spec.template.spec.containers[0].readinesProbe = { httpGet: { path: "/readyz", port: "http" } };

    expect(() => validate(wrong)).toThrow("/spec/revisionHistoryLimit");
    expect(() => validate(missing)).toThrow("name");
    expect(unknownKeys(misspelt)).toContain(".spec.template.spec.containers.0.readinesProbe");
  });

  it("are all applied by kustomization.yaml, but for the secret and the job", () => {
    const { resources, images } = byKind("Kustomization");

    expect([...resources, "kustomization.yaml", "secret.example.yaml", "migrate-job.yaml"].sort()).toEqual(
      files.sort(),
    );
    expect(images).toEqual([{ name: container.image, newTag: packageJson.version }]);
    expect(job.spec.template.spec.containers[0].image).toBe(`invoicegraph:${packageJson.version}`);
  });
});

describe("what selects what", () => {
  const matches = (selector: Record<string, string>, labels: Record<string, string>) =>
    Object.entries(selector).every(([key, value]) => labels[key] === value);

  it("finds the replicas, and never the migration", () => {
    const services = manifests.filter(({ kind }) => kind === "Service");
    const selectors = [
      deployment.spec.selector.matchLabels,
      byKind("PodDisruptionBudget").spec.selector.matchLabels,
      ...services.map(({ spec }) => spec.selector),
      ...pod.spec.topologySpreadConstraints.map((each: Manifest) => each.labelSelector.matchLabels),
    ];

    expect(selectors.length).toBe(6);
    for (const selector of selectors) {
      expect(matches(selector, pod.metadata.labels)).toBe(true);
      expect(matches(selector, job.spec.template.metadata.labels)).toBe(false);
    }
    expect(byKind("HorizontalPodAutoscaler").spec.scaleTargetRef).toEqual({
      apiVersion: deployment.apiVersion,
      kind: deployment.kind,
      name: deployment.metadata.name,
    });
    expect(byKind("HorizontalPodAutoscaler").spec.minReplicas).toBeGreaterThan(1);
    expect(deployment.spec).not.toHaveProperty("replicas");
    expect(matches(byKind("NetworkPolicy").spec.podSelector.matchLabels, pod.metadata.labels)).toBe(true);
    expect(
      matches(byKind("NetworkPolicy").spec.podSelector.matchLabels, job.spec.template.metadata.labels),
    ).toBe(true);
  });

  it("names ports, volumes, accounts and secrets that are there", () => {
    const ports = new Set(container.ports.map(({ name }: Manifest) => name));
    const named = [
      container.startupProbe.httpGet.port,
      container.livenessProbe.httpGet.port,
      container.readinessProbe.httpGet.port,
      ...manifests
        .filter(({ kind }) => kind === "Service")
        .flatMap(({ spec }) => spec.ports.map((each: Manifest) => each.targetPort)),
      ...byKind("NetworkPolicy").spec.ingress.flatMap(({ ports: each }: Manifest) =>
        each.map((one: Manifest) => one.port),
      ),
    ];

    expect(named.length).toBe(7);
    for (const name of named) expect(ports).toContain(name);
    for (const spec of [pod.spec, job.spec.template.spec]) {
      const volumes = spec.volumes.map(({ name }: Manifest) => name);
      expect(spec.containers[0].volumeMounts.map(({ name }: Manifest) => name).sort()).toEqual(
        volumes.sort(),
      );
      expect(spec.serviceAccountName).toBe(byKind("ServiceAccount").metadata.name);
      expect(spec.containers[0].envFrom).toEqual([{ secretRef: { name: secret.metadata.name } }]);
      expect(spec.volumes[0].configMap.name).toBe(byKind("ConfigMap").metadata.name);
    }
  });
});

describe("every container", () => {
  it.each([
    ["of the service", pod.spec],
    ["of the migration", job.spec.template.spec],
  ])("%s runs without rights, on a read-only root, within its memory", (_, spec) => {
    const [only, ...more] = spec.containers;

    expect(more).toEqual([]);
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(only.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.enableServiceLinks).toBe(false);
    expect(only.resources.requests).toHaveProperty("cpu");
    expect(only.resources.limits).toHaveProperty("memory");
    for (const { hostPath } of spec.volumes) expect(hostPath).toBeUndefined();
  });

  it("has more memory than it gives to JavaScript", () => {
    const [, megabytes] = /--max-old-space-size=(\d+)/.exec(container.env[0].value) ?? [];

    expect(container.resources.limits.memory).toBe("1Gi");
    // A young generation has three halves of at most 64 MB (`--max-semi-space-size` in the Dockerfile).
    expect(Number(megabytes) + 3 * 64).toBeLessThan(1024 * 0.85);
  });
});

describe("the configuration in the ConfigMap", () => {
  let config: Config;
  let temporary: string;

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), "invoicegraph-kubernetes-"));
    const path = join(temporary, "invoicegraph.yaml");
    await writeFile(path, byKind("ConfigMap").data["invoicegraph.yaml"]);
    config = await loadConfig(path, { kinds: sourceKinds, env: secret.stringData });
  });
  afterAll(() => rm(temporary, { recursive: true, force: true }));

  it("is valid with the secret's variables, and uses each of them", () => {
    const text: string = byKind("ConfigMap").data["invoicegraph.yaml"];
    const used = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);

    expect([...new Set(used)].sort()).toEqual(Object.keys(secret.stringData).sort());
    expect(Object.values(parse(text).sources)).toHaveLength(config.sources.length);
  });

  it("listens where probes, services and Prometheus look for it", () => {
    const portOf = (wanted: string) =>
      container.ports.find(({ name }: Manifest) => name === wanted).containerPort;

    expect(config.server).toMatchObject({ host: "0.0.0.0", port: portOf("http") });
    expect(config.telemetry.metrics).toMatchObject({ host: "0.0.0.0", port: portOf("metrics") });
  });

  it("keeps nothing in the container but scratch files, in a volume", () => {
    expect(config.delivery.s3).toBeDefined();
    expect(config.redis).not.toBeNull();
    expect(config.directory).toHaveProperty("postgres");
    expect(container.volumeMounts.map(({ mountPath }: Manifest) => mountPath)).toContain(
      config.delivery.folder,
    );
  });

  it("drains within the grace period, and readiness is seen before traffic is refused", () => {
    const { drainGraceMs, drainMs } = config.server;
    const { periodSeconds, failureThreshold } = container.readinessProbe;

    expect(pod.spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThanOrEqual(
      drainGraceMs + drainMs + 10_000,
    );
    expect(periodSeconds * failureThreshold * 1_000 * 2).toBeLessThan(drainGraceMs);
  });

  it("may connect out to the ports that it names", () => {
    const allowed = new Set(
      byKind("NetworkPolicy").spec.egress.flatMap(({ ports }: Manifest) =>
        ports.map(({ port }: Manifest) => port),
      ),
    );
    const urls = [
      ...config.sources.map(({ config: own }) => (own as { url: string | URL }).url),
      secret.stringData.DATABASE_URL,
      secret.stringData.REDIS_URL,
      config.delivery.s3?.endpoint,
      config.auth.jwt?.jwksUrl,
    ].map((url) => new URL(String(url)));

    for (const { port, protocol } of urls) {
      const usual = { "https:": 443, "postgres:": 5432, "rediss:": 6379 }[protocol];
      expect(allowed).toContain(port === "" ? usual : Number(port));
    }
  });
});

it("probes ask what the service answers", async () => {
  const app = await startTestApp();

  const answers = await Promise.all(
    [container.startupProbe, container.livenessProbe, container.readinessProbe].map(async ({ httpGet }) => {
      const response = await fetch(app.url + httpGet.path);
      return `${httpGet.path} ${response.status} ${await response.text()}`;
    }),
  );
  await app.close();

  expect(answers).toEqual(["/livez 200 ok\n", "/livez 200 ok\n", "/readyz 200 ok\n"]);
});
