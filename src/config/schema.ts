/** The JSON Schema of the configuration file, for editors: made from the schemas that read it. */
import { z } from "zod";
import { authConfig } from "../auth/config.ts";
import { cacheConfig } from "../cache/config.ts";
import { deliveryConfig } from "../delivery/config.ts";
import { liveConfig } from "../live/config.ts";
import { redisConfig } from "../redis/config.ts";
import { serverConfig } from "../server/config.ts";
import { subgraphConfig } from "../subgraph/config.ts";
import type { SourceKind } from "../sources/kind.ts";
import { telemetryConfig } from "../telemetry/config.ts";
import { customersConfig } from "./customer.ts";
import { directoryConfig } from "./directory.ts";

type JsonSchema = Record<string, unknown>;

const variableRef = { $ref: "#/definitions/variable" };

/** The schema (draft 7, which editors know best) of a configuration with these kinds of source. */
export function configJsonSchema(kinds: readonly SourceKind[]): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "InvoiceGraph configuration",
    description:
      "invoicegraph.yaml. Any text may hold ${NAME} or ${NAME:-default}, filled in from the environment.",
    type: "object",
    additionalProperties: false,
    required: ["sources"],
    properties: {
      server: sectionSchema(serverConfig, "Where the service listens, and what a request may ask for."),
      auth: sectionSchema(authConfig, "Which tokens and which API keys are believed."),
      delivery: sectionSchema(
        deliveryConfig,
        "Where files wait, how links are signed, how large they may be.",
      ),
      subgraph: sectionSchema(
        subgraphConfig,
        "Which routers may ask as one of a supergraph's, and how they prove it.",
      ),
      cache: sectionSchema(cacheConfig, "How much is kept of the sources' answers, and for how long."),
      redis: sectionSchema(redisConfig, "A Redis or Valkey that all replicas of this service share."),
      live: sectionSchema(
        liveConfig,
        "How often sources are asked for subscriptions, and how many there may be.",
      ),
      telemetry: sectionSchema(telemetryConfig, "Where operators see what the service does."),
      sources: {
        description: "The upstreams by a name of yours; several may be of one kind.",
        type: "object",
        minProperties: 1,
        propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_-]{0,62}$" },
        additionalProperties: { oneOf: kinds.map(kindSchema) },
      },
      customers: sectionSchema(customersConfig, "The customers, when they are not in a file of their own."),
      directory: sectionSchema(directoryConfig, "Where the customers are, when they are not in this file."),
    },
    oneOf: [{ required: ["customers"] }, { required: ["directory"] }],
    definitions: {
      variable: {
        description: "Text from the environment: ${NAME} or ${NAME:-default}.",
        type: "string",
        pattern: "\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}",
      },
    },
  };
}

/** The published file's text. */
export function configSchemaText(kinds: readonly SourceKind[]): string {
  return `${JSON.stringify(configJsonSchema(kinds), null, 2)}\n`;
}

function sectionSchema(schema: z.ZodType, description: string): JsonSchema {
  return { description, ...jsonSchemaOf(schema) };
}

function kindSchema({ kind, title, accountTerm, config }: SourceKind): JsonSchema {
  const schema = jsonSchemaOf(config);
  const required = Array.isArray(schema["required"])
    ? schema["required"].filter((key) => key !== "kind")
    : [];
  return {
    title,
    description: `The kind for ${title}. In a customer's accounts it takes ${accountTerm}.`,
    ...schema,
    properties: { kind: { const: kind }, ...withoutKind(schema["properties"]) },
    required: ["kind", ...required],
  };
}

function withoutKind(properties: unknown): JsonSchema {
  return Object.fromEntries(Object.entries(properties ?? {}).filter(([key]) => key !== "kind"));
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...own } = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    unrepresentable: "any",
  });
  return withVariables(own) as JsonSchema;
}

/** Lets a variable stand wherever a text, a number or a switch of a certain form is due. */
function withVariables(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withVariables);
  if (typeof node !== "object" || node === null) return node;
  const schema = node as JsonSchema;
  if (!isLimitedLeaf(schema)) {
    return Object.fromEntries(
      Object.entries(schema).map(([key, item]) => [key, key === "default" ? item : withVariables(item)]),
    );
  }
  const { description, default: usual, maximum, ...form } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(usual === undefined ? {} : { default: usual }),
    anyOf: [
      { ...form, ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }) },
      variableRef,
    ],
  };
}

function isLimitedLeaf({ type, format, pattern, enum: options }: JsonSchema): boolean {
  if (type === "integer" || type === "number" || type === "boolean") return true;
  return type === "string" && (format !== undefined || pattern !== undefined || options !== undefined);
}
