/** Lists of which one item fails at once while others are still to come. */
import { buildSchema, getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { expect, it } from "vitest";
import { toExecutable } from "../../src/execution/execute.ts";
import { Memory } from "../../src/execution/memory.ts";

it("a failed item makes the list null, and the later failures of others end no process", async () => {
  const schema = buildSchema("type Query { texts: [String!] }");
  const field = schema.getQueryType()?.getFields()["texts"];
  const later = () => new Promise((_, reject) => setTimeout(() => reject(new Error("later")), 5));
  Object.assign(field ?? {}, {
    resolve: () => [later(), new Error("at once"), Promise.reject(new Error("unheard")), later()],
  });
  const document = parse("{ texts }");
  const unheard: unknown[] = [];
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => void unheard.push(reason));

  const { data, errors } = await toExecutable(
    schema,
    document,
    getOperationAST(document) as OperationDefinitionNode,
    new Memory(),
  ).run({}, {});

  await new Promise((resolve) => setTimeout(resolve, 30));
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
  expect(data).toBe('{"texts":null}');
  expect(errors.map(({ message, path }) => [message, path])).toEqual([["at once", ["texts", 1]]]);
  expect(unheard).toEqual([]);
});
