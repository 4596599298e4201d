/** The `server` section of the configuration: where it listens, what a request may ask for. */
import { z } from "zod";

const upTo = (most: number, usual: number, description: string) =>
  z.int().min(1).max(most).default(usual).describe(description);

const limits = z.strictObject({
  bodyBytes: upTo(100_000_000, 1_000_000, "The largest request body, in bytes."),
  tokens: upTo(1_000_000, 5_000, "The most lexical tokens of one document."),
  depth: upTo(200, 20, "How deep fields may nest. The introspection query of GraphiQL needs 15."),
  aliases: upTo(10_000, 100, "The most aliases of one operation, fragments counted where they are used."),
  directives: upTo(10_000, 100, "The most directives of one document."),
  incremental: upTo(1_000, 20, "The most @defer and @stream of one document."),
  rootFields: upTo(1_000, 20, "The most fields of the root of one operation."),
  cost: upTo(
    Number.MAX_SAFE_INTEGER,
    200_000,
    "The highest cost of one operation: one for each object that it may return, lists counted in full.",
  ),
  pageSize: upTo(1_000, 100, "The highest `first` or `last` of a list, of invoices or of customers."),
  customers: upTo(
    1_000,
    200,
    "The most customers that one list of invoices covers; what is left out is reported as missing.",
  ),
  nodes: upTo(10_000, 100, "The most ids of one `nodes`: each may be a question to a source."),
  downloadIds: upTo(10_000, 200, "The most invoices of one download."),
  months: upTo(600, 60, "The longest range of issue dates that one list may ask for, in months."),
});

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    "must be one exact origin, such as https://billing.example, without a path; a wildcard is not possible",
  );

/** The section as it is written. */
export const serverConfig = z.strictObject({
  host: z
    .string()
    .min(1, "must not be empty")
    .default("0.0.0.0")
    .describe("The address to listen on: all of IPv4 by default, 127.0.0.1 in the sandbox."),
  port: z.int().min(0).max(65_535).default(4_000).describe("The port to listen on; 0 takes a free one."),
  workers: z
    .union([z.literal("auto"), z.int().min(1).max(256)], 'must be a number from 1 to 256, or "auto"')
    .default(1)
    .describe(
      'How many processes serve the port: 1, more, or "auto" for one on each core. More than one need `redis` and `delivery.links.keys`, or each would count and know for itself. Always 1 in the sandbox.',
    ),
  publicUrl: z
    .url({ protocol: /^https?$/, error: "must be an http(s) URL, such as https://invoices.example" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional()
    .describe(
      "The URL under which clients reach this service, for links to files. Default: http:// with host and port.",
    ),
  graphiql: z.boolean().default(false).describe("Serve GraphiQL. On in the sandbox."),
  frontPage: z
    .enum(["off", "operators", "open"])
    .default("off")
    .describe(
      "The page at / that tells how the sources are doing: for nobody, for operators (customer service with the scope `operations`; a browser asks for the API key as a password), or for whoever reaches the port, as in the sandbox.",
    ),
  introspection: z.boolean().default(false).describe("Answer introspection queries. On in the sandbox."),
  lane: z
    .boolean()
    .default(true)
    .describe(
      "Answer POSTed JSON operations on a short way of our own, with the same answers at a fraction of the work. Off: all go through Yoga.",
    ),
  compressFromBytes: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(4_096)
    .describe(
      "Answers of the lane from so many bytes on are compressed with brotli or gzip for clients that take it; 0 compresses none, for a proxy that does it.",
    ),
  answers: z
    .strictObject({
      maxBytes: z
        .int()
        .min(0)
        .default(33_554_432)
        .describe(
          "The memory for whole answers, in bytes: a viewer that asks the same again is given the same bytes while the sources' answers in them are fresh. Needs the lane; 0 shares nothing, not even what is under way.",
        ),
    })
    .prefault({})
    .describe("Answers that are shared by equal questions of one viewer."),
  requestTimeoutMs: upTo(600_000, 30_000, "The deadline of one request, in milliseconds."),
  drainMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe("How long a stopping process waits for requests in flight, in milliseconds."),
  drainGraceMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(3_000)
    .describe(
      "How long a stopping process still takes requests while /readyz says no, in milliseconds: for load balancers to notice. 0 in the sandbox.",
    ),
  shedding: z
    .strictObject({
      maxInFlight: upTo(
        100_000,
        1_000,
        "The most requests at a time, of one customer half as many; more are answered with 503.",
      ),
      maxWaitMs: upTo(
        600_000,
        16,
        "Too many wait to be begun when the last of them would wait longer than this, in milliseconds. Where that lasts, a sixth of so many may wait, and others are answered with 503.",
      ),
      minWaiting: upTo(100_000, 16, "Fewer than so many are never too many, however long each takes."),
    })
    .prefault({})
    .describe("When to refuse load, so that what was let in stays fast."),
  limits: limits.prefault({}).describe("What one request may ask for; more is refused before it runs."),
  rateLimit: z
    .strictObject({
      perMinute: z.int().min(1).describe("The cost that one viewer may spend in a minute."),
      burst: z.int().min(1).describe("The cost that one viewer may spend at once."),
    })
    .optional()
    .describe("The budget of each viewer. Default: none."),
  trustedDocuments: z
    .strictObject({
      path: z
        .string()
        .min(1, "must not be empty")
        .describe("A manifest or a folder of operations, relative to this file."),
      required: z.boolean().default(true).describe("Refuse every operation that is not among them."),
    })
    .optional()
    .describe("Operations known beforehand, looked up by the SHA-256 of their text."),
  corsOrigins: z
    .array(origin)
    .default([])
    .describe("The web origins whose pages may call this service. Default: none."),
});

/** The section with its defaults filled in. */
export type ServerConfig = z.output<typeof serverConfig>;

/** What one request may ask for. */
export type Limits = ServerConfig["limits"];

/** What the sandbox starts from: seen from this machine only, and open to the curious. */
export const sandboxServer = {
  host: "127.0.0.1",
  graphiql: true,
  frontPage: "open",
  introspection: true,
  drainGraceMs: 0,
  // Whoever tries things out, and every test beside others on a small machine, is answered however long it takes.
  shedding: { maxInFlight: 2_000, minWaiting: 2_000 },
} as const;
