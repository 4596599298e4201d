/** Lists whose length no argument says, such as a customer's sub-customers: counted as they are given. */
import { type GraphQLResolveInfo, locatedError, responsePathAsArray } from "graphql";
import type { Context } from "../context.ts";
import { Failure } from "../model/errors.ts";

/**
 * The items, which are taken from what the operation may have. Throws LIMIT_EXCEEDED when they are more: one error with the first place,
 * however many lists are refused, since each may be within each of another.
 */
export function allowed<Item>(
  items: readonly Item[],
  { allowance, maxObjects }: Context,
  { fieldNodes, path }: GraphQLResolveInfo,
): readonly Item[] {
  allowance.left -= items.length;
  if (allowance.left >= 0) return items;
  allowance.refusal ??= locatedError(
    new Failure("LIMIT_EXCEEDED", {
      message: `One operation has at most ${maxObjects} customers and accounts in lists without \`first\`; from here on there are more. Ask for fewer levels at once.`,
    }),
    fieldNodes,
    responsePathAsArray(path),
  );
  throw allowance.refusal;
}
