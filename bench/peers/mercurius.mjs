/** Mercurius with its JIT, on Fastify. */
import Fastify from "fastify";
import mercurius from "mercurius";
import { ready } from "../build/bench/rig/child.js";
import { resolvers, typeDefs } from "./schema.mjs";
import { contextOf } from "./world.mjs";

const app = Fastify();
await app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  jit: 1,
  context: (request) => contextOf(request.headers["x-api-key"]),
});
ready(await app.listen({ port: 0, host: "127.0.0.1" }));
