/** What JSON.parse costs: receives a body of the upstream and parses it, for each request. */
import { createServer } from "node:http";
import { request } from "undici";
import { given, listening } from "../rig/child.ts";

const { body } = given<{ body: string }>();

async function count(): Promise<string> {
  const response = await request(body);
  return String((JSON.parse(await response.body.text()) as unknown[]).length);
}

listening(
  createServer((_request, response) => {
    void count().then((text) => response.end(text));
  }),
);
