/** Apollo Server 5 over its own standalone server. */
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { ready } from "../build/bench/rig/child.js";
import { resolvers, typeDefs } from "./schema.mjs";
import { contextOf } from "./world.mjs";

const server = new ApolloServer({ typeDefs, resolvers, introspection: false });
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: "127.0.0.1" },
  context: async ({ req }) => contextOf(req.headers["x-api-key"]),
});
ready(url.replace(/\/$/, ""));
