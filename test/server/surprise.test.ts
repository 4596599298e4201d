/** What was masked is logged with the id of its request, at either door. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Ending } from "../../src/model/ending.ts";
import { createRequests } from "../../src/telemetry/requests.ts";
import { createDoors } from "../../src/server/doors.ts";
import { serverConfig } from "../../src/server/config.ts";

let server: Server | undefined;
let left = new Ending();
beforeEach(() => (left = new Ending()));
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
      leaving: {
        type: GraphQLString,
        resolve: async () => {
          left.end();
          throw new Error("inside");
        },
      },
    },
  }),
});

interface Told {
  readonly message: string;
  readonly id: string | undefined;
}

/** What is told while this operation is asked for at one door, and the answer. */
async function askAt(lane: boolean, query: string): Promise<{ told: Told[]; response: Promise<Response> }> {
  const told: Told[] = [];
  const requests = createRequests([]);
  const open = createDoors({
    config: { ...serverConfig.parse({}), lane },
    rateLimit: null,
    authenticator: { authenticate: () => Promise.reject(new Error("nobody")) },
    explanationOf: () => null,
    requests,
    sharing: () => null,
    onSurprise: (original, id) => told.push({ message: (original as Error).message, id }),
  });
  const door = open(schema, "/graphql", null);
  const viewer = { id: "key:one", role: "CUSTOMER_SERVICE", customerId: null, scopes: [] } as const;
  const body = JSON.stringify({ query });
  const call = { signal: left, deadlineAt: Date.now() + 10_000 };
  const contextFor = (own: unknown) => ({ viewer, call: own }) as never;
  const handle = requests.around((req, res) =>
    door({ req, res, body: Buffer.from(body), viewer, call, settled() {}, contextFor }),
  );
  server = createServer((req, res) => void handle(req, res, new Ending())).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/json", "x-request-id": "mine-42" };
  return { told, response: fetch(`http://127.0.0.1:${port}/graphql`, { method: "POST", headers, body }) };
}

describe.each([true, false])("with the lane %s", (lane) => {
  it("a surprise in a resolver is told with the id of the request that met it", async () => {
    const { told, response } = await askAt(lane, "{ broken }");

    expect(await (await response).text()).not.toContain("inside");
    expect(told).toEqual([{ message: "inside", id: "mine-42" }]);
  });
});

it("a surprise is told when its client has left, too", async () => {
  const { told, response } = await askAt(true, "{ leaving }");
  response.catch(() => {});

  await expect.poll(() => told).toEqual([{ message: "inside", id: "mine-42" }]);
  server?.closeAllConnections();
});
