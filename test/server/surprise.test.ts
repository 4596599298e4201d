/** What was masked is logged with the id of its request, at either door. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { Ending } from "../../src/model/ending.ts";
import { createRequests } from "../../src/telemetry/requests.ts";
import { createDoors } from "../../src/server/doors.ts";
import { serverConfig } from "../../src/server/config.ts";

let server: Server | undefined;
afterEach(() => server?.close());

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: "Query",
    fields: {
      broken: {
        type: GraphQLString,
        resolve: () => {
          throw new Error("inside");
        },
      },
    },
  }),
});

describe.each([true, false])("with the lane %s", (lane) => {
  it("a surprise in a resolver is told with the id of the request that met it", async () => {
    const told: [unknown, string | undefined][] = [];
    const requests = createRequests([]);
    const open = createDoors({
      config: { ...serverConfig.parse({}), lane },
      rateLimit: null,
      authenticator: { authenticate: () => Promise.reject(new Error("nobody")) },
      explanationOf: () => null,
      requests,
      sharing: () => null,
      onSurprise: (original, id) => told.push([original, id]),
    });
    const door = open(schema, "/graphql", null);
    const viewer = { id: "key:one", role: "CUSTOMER_SERVICE", customerId: null, scopes: [] } as const;
    const call = { signal: new AbortController().signal, deadlineAt: Date.now() + 10_000 };
    const handle = requests.around((req, res) =>
      door({
        req,
        res,
        body: Buffer.from('{"query":"{ broken }"}'),
        viewer,
        call,
        settled() {},
        contextFor: (own) => ({ viewer, call: own }) as never,
      }),
    );
    server = createServer((req, res) => void handle(req, res, new Ending())).listen(0, "127.0.0.1");
    await new Promise((resolve) => server?.once("listening", resolve));
    const { port } = server.address() as AddressInfo;

    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-request-id": "mine-42" },
      body: '{"query":"{ broken }"}',
    });

    expect(JSON.stringify(await response.json())).not.toContain("inside");
    expect(told.map(([original, id]) => [(original as Error).message, id])).toEqual([["inside", "mine-42"]]);
  });
});
