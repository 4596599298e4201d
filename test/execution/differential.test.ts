/** Our executor against graphql-js: the same operations over the same resolvers give the same bytes and the same errors. */
import fc from "fast-check";
import {
  type DocumentNode,
  execute,
  getOperationAST,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { describe, expect, it } from "vitest";
import { toExecutable } from "../../src/execution/execute.ts";
import { Memory } from "../../src/execution/memory.ts";
import { operations, schema } from "./world.ts";
import { whole } from "./written.ts";

const runs = 2_500;

// Every operation declares all variables, whether they are used or not.
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

function valid(text: string): DocumentNode | null {
  const document = parse(text);
  return validate(schema, document, rules).length === 0 ? document : null;
}

/**
 * What must be equal of the errors. Where several places below one that is null failed, which of them was first to make it
 * null is a matter of timing that the specification leaves open: there, only that it is null counts.
 */
function essence(data: string | null, errors: readonly { toJSON(): GraphQLFormattedError }[]): string[] {
  const found = errors.map((error) => {
    const json = { ...error.toJSON() };
    // Ours tells nothing of values.
    json.message = json.message.replace(/ (?:but got|Either the "|with value ).*$/s, "");
    if (json.path === undefined || data === null) return JSON.stringify(json);
    let at: unknown = JSON.parse(data);
    for (const [index, key] of json.path.entries()) {
      if (at === null) return `null at ${JSON.stringify(json.path.slice(0, index))}`;
      at = (at as Record<string | number, unknown>)[key];
    }
    return JSON.stringify(json);
  });
  return [...new Set(found)].sort();
}

// graphql-js leaves promises unheard when an item of a list fails at once; that ours does not is the second test.
const unheard: unknown[] = [];
const hear = (reason: unknown) => void unheard.push(reason);

describe("generated operations", () => {
  it("are answered as graphql-js answers them", async () => {
    let compared = 0;
    let withErrors = 0;
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", hear);
    await fc.assert(
      fc.asyncProperty(
        operations,
        fc.record({ seed: fc.integer(), trouble: fc.constantFrom(0, 3, 15) }),
        async ({ text, variables }, world) => {
          const context = { ...world, kept: new Map<string, object>() };
          const document = valid(text);
          fc.pre(document !== null);
          const definition = getOperationAST(document as DocumentNode) as OperationDefinitionNode;
          const reference = await execute({
            schema,
            document: document as DocumentNode,
            contextValue: context,
            variableValues: variables,
            hideSuggestions: true,
          });

          const memory = new Memory();
          const executable = toExecutable(schema, document as DocumentNode, definition, memory);
          const first = await executable.run(context, variables);
          const again = await executable.run(context, variables);
          const remembered = await executable.run(context, variables);

          const expected = reference.data === undefined ? null : JSON.stringify(reference.data);
          expect(whole(first.data)).toBe(expected);
          expect(essence(expected, first.errors)).toEqual(essence(expected, reference.errors ?? []));
          expect(whole(again.data)).toBe(expected);
          expect(whole(remembered.data)).toBe(expected);
          expect(essence(expected, remembered.errors)).toEqual(essence(expected, reference.errors ?? []));
          compared += 1;
          if (first.errors.length > 0) withErrors += 1;
        },
      ),
      { numRuns: runs },
    );

    await new Promise((resolve) => setTimeout(resolve, 50));
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
    expect(compared).toBe(runs);
    expect(withErrors).toBeGreaterThan(runs / 10);
  });

  it("leave no promise unheard, whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(operations, fc.integer(), async ({ text, variables }, seed) => {
        const document = valid(text);
        fc.pre(document !== null);
        const definition = getOperationAST(document as DocumentNode) as OperationDefinitionNode;

        const { data } = await toExecutable(schema, document as DocumentNode, definition, new Memory()).run(
          { seed, trouble: 25 },
          variables,
        );

        // Vitest fails a run with an unhandled rejection.
        expect(whole(data)).toSatisfy((text) => text === null || typeof text === "string");
      }),
      { numRuns: 1_000 },
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
