/** Relay's server specification: Node, PageInfo, and connections whose fields are plain property reads. */
import type { ObjectRef } from "@pothos/core";
import type { FieldHints } from "../execution/hints.ts";
import { Failure } from "../model/errors.ts";
import { type NodeType, readId, readIdOf } from "../model/id.ts";
import { type FieldBuilder, type Types, builder } from "./builder.ts";

export const NodeInterface = builder.interfaceRef<{ readonly id: string }>("Node").implement({
  description: "An object with a global id.",
  resolveType: ({ id }) => readId(id)?.type,
  fields: (t) => ({
    id: t.exposeID("id", {
      nullable: false,
      description: "The global id: opaque and stable; `node` takes it.",
      // Base64url, as model/id.ts writes it.
      extensions: { isPlain: true } satisfies FieldHints,
    }),
  }),
});

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

const PageInfoType = builder.objectRef<PageInfo>("PageInfo").implement({
  description: "The cursors of a page, and whether there are more.",
  shareable: true,
  fields: (t) => ({
    hasNextPage: t.exposeBoolean("hasNextPage", {
      nullable: false,
      description:
        "Whether there are more items after this page. Also true while a source that failed on this page may have more.",
    }),
    hasPreviousPage: t.exposeBoolean("hasPreviousPage", {
      nullable: false,
      description: "Whether there are more items before this page.",
    }),
    startCursor: t.exposeString("startCursor", {
      description: "The cursor of the first item: pass it as `before` for the previous page.",
    }),
    endCursor: t.exposeString("endCursor", {
      description: "The cursor of the last item: pass it as `after` for the next page.",
    }),
  }),
});

/** A page of nodes in the shape of a Relay connection. */
export interface ConnectionShape<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
}

/** What a connection's descriptions call its nodes, and what the executor may rely on of its lists. */
interface ConnectionTerms {
  readonly singular: string;
  readonly plural: string;
  readonly lists: FieldHints;
}

/** The fields that every connection has, and its edge type. */
export function connectionFields<Node extends object>(
  name: string,
  node: ObjectRef<Types, Node>,
  { singular, plural, lists }: ConnectionTerms,
) {
  const EdgeType = builder
    .objectRef<{ readonly node: Node; readonly cursor: string }>(`${name}Edge`)
    .implement({
      description: `One ${singular} on a page, with its cursor.`,
      fields: (t) => ({
        node: t.field({
          type: node,
          nullable: false,
          description: `The ${singular}.`,
          extensions: { isLasting: true } satisfies FieldHints,
          resolve: (edge: { readonly node: Node }) => edge.node as never,
        }),
        cursor: t.exposeString("cursor", {
          nullable: false,
          description: "Its cursor: opaque, and valid in this list only.",
        }),
      }),
    });
  return (t: FieldBuilder<ConnectionShape<Node>>) => ({
    edges: t.field({
      type: [EdgeType],
      nullable: { list: false, items: false },
      description: `The ${plural} of this page with their cursors.`,
      extensions: { ...lists },
      resolve: (connection: ConnectionShape<Node>) => connection.edges as never,
    }),
    nodes: t.field({
      type: [node],
      nullable: { list: false, items: false },
      description: `The ${plural} of this page without cursors.`,
      extensions: { ...lists },
      resolve: (connection: ConnectionShape<Node>) => connection.nodes as never,
    }),
    pageInfo: t.field({
      type: PageInfoType,
      nullable: false,
      description: "Information for paging.",
      resolve: (connection: ConnectionShape<Node>) => connection.pageInfo as never,
    }),
  });
}

/** The arguments of a list that is walked forwards only. */
export const forwardPageArgs = builder.args((t) => ({
  first: t.int({
    description: "Return the first n items (after `after`). Default: a page of the default size.",
  }),
  after: t.string({ description: "Only items after this cursor." }),
}));

/** The arguments of a list that can be walked both ways. */
export const pageArgs = builder.args((t) => ({
  first: t.int({
    description:
      "Return the first n items (after `after`). Without `first` and `last`: a page of the default size.",
  }),
  after: t.string({ description: "Only items after this cursor." }),
  last: t.int({ description: "Return the last n items (before `before`)." }),
  before: t.string({ description: "Only items before this cursor." }),
}));

const connectionSize = { sizedFields: ["edges", "nodes"], assumedSize: 20, requireOneSlicingArgument: false };

/** What @listSize tells routers of a list that can be walked both ways. */
export const pageListSize = { slicingArguments: ["first", "last"], ...connectionSize };

/** What @listSize tells routers of a list that is walked forward. */
export const forwardListSize = { slicingArguments: ["first"], ...connectionSize };

/**
 * For `node` and `nodes`: with it they compose beside another subgraph's, and the supergraph has neither, because no
 * router can tell which subgraph an opaque id belongs to.
 */
export const notInSupergraph = { shareable: true, inaccessible: true } as const;

/** Throws BAD_ID with a sentence that helps, unless the id is one of that type. */
export function mustBeIdOf(type: NodeType, id: string): string {
  if (readIdOf(type, id) !== null) return id;
  const other = readId(id)?.type;
  if (other === undefined) throw noId(id);
  throw new Failure("BAD_ID", {
    message: `This is the id of ${nouns[other]}; the id of ${nouns[type]} is needed here.`,
  });
}

const nouns: Readonly<Record<NodeType, string>> = { Invoice: "an invoice", Customer: "a customer" };

/** BAD_ID, for what is no id of ours at all. */
export function noId(id: string): Failure {
  return new Failure("BAD_ID", {
    message: `"${id.slice(0, 60)}" is not an id of this API: pass on an \`id\` exactly as a query returned it.`,
  });
}
