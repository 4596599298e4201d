/** How pieces leave the process: masked, no faster than they are read, and never longer than somebody reads. */
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  GraphQLError,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { Failure } from "../../src/model/errors.ts";
import { clientDirectives } from "../../src/schema/incremental.ts";
import { type RequestContext, createGraphQLHandler } from "../../src/server/yoga/graphql.ts";
import { type Form, sendPieces } from "../../src/server/yoga/pieces.ts";
import { askInPieces, wholeOf } from "./pieces.ts";

let end: (() => Promise<void>) | null = null;
afterEach(async () => {
  await end?.();
  end = null;
});

async function serve(
  answer: (response: ServerResponse, body: Buffer, request: unknown) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(response, Buffer.concat(chunks), request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  end = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each(["multipart/mixed", "text/event-stream"])("masking over %s", (accept) => {
  it("an unexpected failure in a deferred fragment or a streamed item shows nothing of its inside", async () => {
    const inside = () => {
      throw new Error("secret inside of /srv/app.ts:12");
    };
    const Thing = new GraphQLObjectType({
      name: "Thing",
      fields: {
        fine: { type: GraphQLString, resolve: () => "fine" },
        named: {
          type: GraphQLString,
          resolve: () => {
            throw new Failure("SOURCE_TIMEOUT", { source: "freight", detail: "secret detail" });
          },
        },
        broken: { type: GraphQLString, resolve: inside },
        text: { type: new GraphQLNonNull(GraphQLString), resolve: () => Symbol("secret") },
      },
    });
    const served = new GraphQLSchema({
      directives: clientDirectives,
      query: new GraphQLObjectType({
        name: "Query",
        fields: {
          thing: { type: Thing, resolve: () => ({}) },
          things: { type: new GraphQLList(Thing), resolve: () => [{}, {}] },
        },
      }),
    });
    const surprises: unknown[] = [];
    const handle = createGraphQLHandler({
      schema: served,
      path: "/graphql",
      onSurprise: (original) => surprises.push(original),
      plugins: [
        {
          onRequestParse: ({ setRequestParser, serverContext }) =>
            setRequestParser(() => JSON.parse(String(serverContext.body)) as never),
        },
      ],
    });
    const url = await serve((response, body, request) => {
      void handle({ req: request, res: response, body } as RequestContext);
    });

    const pieces = await askInPieces({
      url,
      key: "",
      accept,
      query: `{
        thing { fine ... @defer { broken named } ... @defer { text } }
        things @stream(initialCount: 1) { fine broken }
      }`,
    });
    const whole = wholeOf(await pieces.rest());

    const codes = whole.errors.map((error: GraphQLError) => [
      error.path?.join("."),
      error.extensions["code"],
    ]);
    expect(codes.toSorted()).toEqual([
      ["thing.broken", "INTERNAL"],
      ["thing.named", "SOURCE_TIMEOUT"],
      ["thing.text", "INTERNAL"],
      ["things.0.broken", "INTERNAL"],
      ["things.1.broken", "INTERNAL"],
    ]);
    expect(pieces.text()).not.toMatch(/secret|srv|stack|originalError|Symbol/);
    expect(surprises.length).toBeGreaterThanOrEqual(3);
  });
});

describe.each(["SSE", "MULTIPART", "MULTIPART_EVENTS"] as const)("writing %s", (form: Form) => {
  it("is given as much as is read, and stops with the reader", async () => {
    let given = 0;
    let isReturned = false;
    let hasEnded = false;
    const endless: AsyncIterableIterator<unknown> = {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => ({ done: false, value: { data: "x".repeat(100_000), given: (given += 1) } }),
      return: async () => {
        isReturned = true;
        return { done: true, value: undefined };
      },
    };
    const url = await serve((response) => {
      void sendPieces(response, endless, form, 5).then(() => {
        hasEnded = true;
      });
    });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
    socket.pause();

    await expect.poll(() => given).toBeGreaterThan(0);
    // Full when nothing was taken for ten looks on end: one of them may be early where the machine is slow.
    for (let looks = 0, before = -1; looks < 10; looks++) {
      if (given !== before) looks = 0;
      before = given;
      await sleep(50);
    }
    const whenFull = given;
    socket.destroy();
    await expect.poll(() => hasEnded).toBe(true);

    // What the kernel's buffers of both ends take, some megabytes, and not a piece more.
    expect(whenFull).toBeLessThan(200);
    expect(given).toBe(whenFull);
    expect(isReturned).toBe(true);
  });

  it("holds nothing of what its reader has taken, however long it stays", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const given: WeakRef<object>[] = [];
    let isOver = false;
    async function* things() {
      for (let n = 0; n < 200; n++) {
        const thing = { data: n };
        given.push(new WeakRef(thing));
        yield thing;
      }
      while (!isOver) await sleep(10);
    }
    const url = await serve((response) => void sendPieces(response, things(), form, 1_000));
    const response = await fetch(url);
    let text = "";
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })();
    await expect.poll(() => text).toContain('{"data":199}');

    collectGarbage();
    const held = given.filter((each) => each.deref() !== undefined).length;

    isOver = true;
    await reading;
    expect(held).toBeLessThan(20);
  });

  it("asks for nothing when its reader has left before it began", async () => {
    let isReturned = false;
    const things: AsyncIterableIterator<unknown> = {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => Promise.reject(new Error("nobody is there")),
      return: async () => {
        isReturned = true;
        return { done: true, value: undefined };
      },
    };
    let hasEnded = false;
    const url = await serve((response) => {
      response.destroy();
      setTimeout(() => void sendPieces(response, things, form, 5).then(() => (hasEnded = true)), 50);
    });

    await fetch(url).catch(() => {});
    await expect.poll(() => hasEnded).toBe(true);

    expect(isReturned).toBe(true);
  });

  it("ends when what it writes ends, and shows meanwhile that it lives where the form has a word for it", async () => {
    const alive = { SSE: /^:$/gm, MULTIPART: /never/g, MULTIPART_EVENTS: /^\{\}\r$/gm }[form];
    const lines = form === "MULTIPART" ? 0 : 2;
    let text = "";
    const hasShown = () => (text.match(alive)?.length ?? 0) >= lines;
    async function* slow() {
      yield { data: 1 };
      do await sleep(50);
      while (!hasShown());
      yield { data: 2 };
    }
    const url = await serve((response) => void sendPieces(response, slow(), form, 20));

    const response = await fetch(url);
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();

    expect(hasShown()).toBe(true);
    expect(text.indexOf('{"data":1}')).toBeLessThan(text.indexOf('{"data":2}'));
    expect(text).toMatch(form === "SSE" ? /event: complete\ndata:\n\n$/ : /-----\r\n$/);
    expect(response.headers.get("x-accel-buffering")).toBe("no");
  });
});
