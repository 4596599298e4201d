/** The graph as a document: fresh, described to the last argument, and the generated operations with it. */
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { generate } from "@graphql-codegen/cli";
import {
  type GraphQLField,
  type GraphQLInputField,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from "graphql";
import { describe, expect, it } from "vitest";
import codegenConfig from "../../codegen.ts";
import { printSchemaFile, schema } from "../../src/schema/index.ts";

const root = resolve(import.meta.dirname, "../..");

describe("schema.graphql", () => {
  it("is what the code says: run `npm run schema` when it is stale", () => {
    const stored = readFileSync(join(root, "schema.graphql"), "utf8");

    expect(stored).toBe(printSchemaFile());
  });
});

describe("every description", () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) =>
      !isIntrospectionType(type) && !/^(?:_|Boolean|Float|ID|Int|String|federation__|link__)/.test(type.name),
  );

  it("of the graph itself says where to begin, by names that it has", () => {
    const named = [...(schema.description ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name);

    expect(named).toEqual(["invoices", "customers", "viewer", "isComplete", "sources"]);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(
      expect.arrayContaining(named.slice(0, 3)),
    );
  });

  it.each(types)("of $name and all that it holds is there", (type) => {
    const missing: string[] = type.description ? [] : [type.name];
    if (isEnumType(type))
      missing.push(
        ...type
          .getValues()
          .filter(({ description }) => !description)
          .map(({ name }) => `${type.name}.${name}`),
      );
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      const fields: readonly (GraphQLField<unknown, unknown> | GraphQLInputField)[] = Object.values(
        type.getFields(),
      );
      for (const field of fields) {
        if (field.name.startsWith("_")) continue;
        if (!field.description) missing.push(`${type.name}.${field.name}`);
        if ("args" in field)
          missing.push(
            ...field.args
              .filter(({ description }) => !description)
              .map(({ name }) => `${type.name}.${field.name}(${name}:)`),
          );
      }
    }

    expect(missing).toEqual([]);
  });

  it("is looked at for every type of ours", () => {
    expect(types.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Query", "Mutation", "Invoice", "InvoiceFilter", "SourceStatus"]),
    );
  });
});

describe("the generated operations", () => {
  it("are fresh: run `npm run codegen` when they are stale", async () => {
    const generated = (await generate(
      { ...codegenConfig, cwd: root, silent: true, errorsOnly: true },
      false,
    )) as { filename: string; content: string }[];

    expect(generated.length).toBe(readdirSync(join(root, "test/generated")).length);
    for (const { filename, content } of generated) {
      expect(readFileSync(resolve(root, filename), "utf8")).toBe(content);
    }
  });
});
