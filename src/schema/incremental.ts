/** @defer and @stream: for clients of the graph itself, which take an answer in pieces; routers of a supergraph do not. */
import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLString,
  specifiedDirectives,
} from "graphql";

const condition = {
  type: new GraphQLNonNull(GraphQLBoolean),
  defaultValue: true,
  description: "False: as if the directive were not there.",
};
const label = {
  type: GraphQLString,
  description: "Comes back with the piece, to tell it from others. A literal, different from all others.",
};

const defer = new GraphQLDirective({
  name: "defer",
  description:
    "What is in this fragment may come later than the rest, so that a slow source holds up nothing else. Only clients that accept multipart/mixed or text/event-stream get pieces; others get one whole answer.",
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: { if: condition, label },
});

const stream = new GraphQLDirective({
  name: "stream",
  description:
    "The items of this list may come one after the other. Only clients that accept multipart/mixed or text/event-stream get pieces; others get one whole answer.",
  locations: [DirectiveLocation.FIELD],
  args: {
    if: condition,
    label,
    initialCount: {
      type: GraphQLInt,
      defaultValue: 0,
      description: "So many items come with the first piece: 0 or more, and not more than a page may have.",
    },
  },
});

/** GraphQL's own directives and these two. */
export const clientDirectives: readonly GraphQLDirective[] = [...specifiedDirectives, defer, stream];
