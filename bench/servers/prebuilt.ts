/** The floor: reads a request and answers with bytes that were there before. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { given, listening } from "../rig/child.ts";

const body = readFileSync(given<{ path: string }>().path);
const headers = { "content-type": "application/json; charset=utf-8", "content-length": body.length };

listening(
  createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, headers);
      response.end(body);
    });
  }),
);
