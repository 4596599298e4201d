/** Apollo Federation: what other subgraphs join on, answered by the same loaders and so by the same access rule. */
import { type GraphQLFieldResolver, type GraphQLSchema, isUnionType } from "graphql";
import type { Context } from "../context.ts";
import { Failure } from "../model/errors.ts";
import { readId, readIdOf } from "../model/id.ts";
import { SourceAccountRef } from "./account.ts";
import { builder } from "./builder.ts";
import { CustomerRef } from "./customer.ts";
import { InvoiceRef } from "./invoice.ts";

/** A representation as a router sends it: anything at all, until its keys have been looked at. */
type Representation = Readonly<Record<string, unknown>>;

type ResolveEntity = (representation: Representation, context: Context) => Promise<object | null>;

async function resolveCustomer(representation: Representation, { loaders }: Context) {
  const id = textOf(representation, "id");
  if (id !== null) return loaders.customers.byId(id);
  const key = textOf(representation, "key");
  if (key !== null) return loaders.customers.byKey(key);
  throw badRepresentation("A Customer is represented by `id` or `key`.");
}

async function resolveInvoice(representation: Representation, { loaders }: Context) {
  const id = textOf(representation, "id");
  if (id === null) throw badRepresentation("An Invoice is represented by `id`.");
  if (readIdOf("Invoice", id) === null) return null;
  return (await loaders.invoices.byId(id))?.invoice ?? null;
}

async function resolveAccount(representation: Representation, { loaders }: Context) {
  const source = textOf(representation, "source");
  const reference = textOf(representation, "reference");
  if (source === null || reference === null)
    throw badRepresentation("A SourceAccount is represented by `source` and `reference`.");
  const account = { source, reference };
  return (await loaders.customers.owner(account)) === null ? null : account;
}

builder.asEntity(CustomerRef, {
  key: [builder.selection<{ id: string }>("id"), builder.selection<{ key: string }>("key")],
  resolveReference: (representation, context) => resolveCustomer(representation, context),
});

builder.asEntity(InvoiceRef, {
  key: builder.selection<{ id: string }>("id"),
  resolveReference: (representation, context) => resolveInvoice({ ...representation }, context),
});

builder.asEntity(SourceAccountRef, {
  key: builder.selection<{ source: string; reference: string }>("source reference"),
  resolveReference: (representation, context) => resolveAccount({ ...representation }, context),
});

// A Map, because a representation may say that it is a "constructor" or a "__proto__".
const resolvers = new Map<string, ResolveEntity>([
  ["Customer", resolveCustomer],
  ["Invoice", resolveInvoice],
  ["SourceAccount", resolveAccount],
]);

/**
 * Lets `_entities` answer each representation by itself. @apollo/subgraph's own resolver throws at the first type that
 * it does not know, which empties the whole list, and writes `__typename` into objects that requests share.
 */
export function answerEntities(schema: GraphQLSchema, maxRepresentations: number): void {
  const field = schema.getQueryType()?.getFields()["_entities"];
  const union = schema.getType("_Entity");
  if (field === undefined || !isUnionType(union)) throw new Error("The schema has no entities.");
  field.resolve = entitiesResolver(maxRepresentations);
  union.resolveType = (entity: object) =>
    "id" in entity ? readId(String(entity.id))?.type : SourceAccountRef.name;
}

function entitiesResolver(most: number): GraphQLFieldResolver<unknown, Context> {
  return (_root, { representations }: { representations: readonly unknown[] }, context) => {
    if (representations.length > most) {
      throw new Failure("LIMIT_EXCEEDED", {
        message: `_entities takes at most ${most} representations at once; there are ${representations.length}.`,
      });
    }
    const resolveAll = () => representations.map((representation) => resolveEntity(representation, context));
    const turn = context.loaders.begin();
    return turn === null ? resolveAll() : turn.then(resolveAll);
  };
}

async function resolveEntity(sent: unknown, context: Context): Promise<object | null> {
  if (typeof sent !== "object" || sent === null) throw badRepresentation("A representation is an object.");
  const representation = sent as Representation;
  const turn = context.loaders.begin();
  if (turn !== null) await turn;
  const resolve = resolvers.get(textOf(representation, "__typename") ?? "");
  if (resolve === undefined)
    throw badRepresentation(`The \`__typename\` must be one of ${[...resolvers.keys()].join(", ")}.`);
  return resolve(representation, context);
}

function textOf(representation: Representation, key: string): string | null {
  const value = Object.hasOwn(representation, key) ? representation[key] : null;
  return typeof value === "string" ? value : null;
}

function badRepresentation(message: string): Failure {
  return new Failure("BAD_INPUT", { message });
}
