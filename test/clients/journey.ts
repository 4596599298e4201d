/** What every client's journey has in common: a service, a parent customer's key, and a file that is fetched and checked. */
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { startTestApp, type TestApp } from "../support/app.ts";

export interface JourneyApp extends TestApp {
  readonly endpoint: string;
  /** The credential of a customer's user. */
  readonly headers: { readonly "x-api-key": string };
  /** V6's and DDAPI's simulators refuse our credentials, which no retry helps, until mend() is called. */
  break(): void;
  mend(): void;
}

/** Starts the service; close it when done. */
export async function startJourneyApp(): Promise<JourneyApp> {
  const app = await startTestApp({ cold: true });
  return {
    ...app,
    endpoint: `${app.url}/graphql`,
    headers: { "x-api-key": app.keyOf("parent") },
    break() {
      app.simulators.v6.setFault({ kind: "status", status: 401 });
      app.simulators.ddapi.setFault({ kind: "status", status: 401 });
    },
    mend() {
      app.simulators.v6.setFault(null);
      app.simulators.ddapi.setFault(null);
    },
  };
}

/** Fetches a link as a browser would, without a credential, and checks what comes. */
export async function expectWholeFile(file: {
  readonly url?: string | null | undefined;
  readonly size: number;
  readonly sha256: string;
  readonly contentType: string;
}): Promise<void> {
  const response = await fetch(file.url ?? "");
  const bytes = Buffer.from(await response.arrayBuffer());

  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(file.contentType);
  expect(bytes.length).toBe(file.size);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
  expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
}
