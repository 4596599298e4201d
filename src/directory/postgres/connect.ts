/** Connections to PostgreSQL: bounded, each question with a time limit, and none used again after it failed. */
import { Socket } from "node:net";
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import pg from "pg";
import type { PostgresConfig } from "./config.ts";
import { isAnswer } from "./failures.ts";
import type { Tables } from "./tables.ts";

/** An open database. */
export interface Database {
  /** Bound to the configured schema. */
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly connections: number;
  /** For a question, and for a connection to be had. Null: no limit for questions. */
  readonly timeoutMs: number | null;
}

const connectWithinMs = 10_000;
const goodbyeMs = 1_000;
const graceMs = 250;

/** A connection that is nobody else's. */
export interface OwnConnection {
  readonly client: pg.Client;
  /** Never throws, and never waits for long. */
  end(): Promise<void>;
}

/** A connection that is yet to be made (`client.connect()`). */
export function ownConnection(config: PostgresConfig, timeoutMs: number): OwnConnection {
  const sockets = new Set<Socket>();
  const client = new pg.Client(clientConfig(config, timeoutMs, sockets));
  return { client, end: () => endWithin(client.end(), sockets) };
}

// `sockets` holds each while it is open.
function clientConfig(
  { url }: PostgresConfig,
  timeoutMs: number | null,
  sockets: Set<Socket>,
): pg.ClientConfig {
  return {
    connectionString: url.reveal(),
    application_name: "invoicegraph",
    keepAlive: true,
    connectionTimeoutMillis: timeoutMs ?? connectWithinMs,
    // The server gives up by itself and keeps the connection; where it hangs, we do.
    ...(timeoutMs !== null && { statement_timeout: timeoutMs, query_timeout: timeoutMs + graceMs }),
    stream() {
      const socket = new Socket();
      sockets.add(socket);
      return socket.once("close", () => sockets.delete(socket));
    },
  };
}

/** Opens it; connects when the first question is asked. */
export function openDatabase(config: PostgresConfig, { connections, timeoutMs }: ConnectOptions): Database {
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    ...clientConfig(config, timeoutMs, sockets),
    max: connections,
    idleTimeoutMillis: 30_000,
  });
  // Whoever asked is told; without listeners the process would end.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guarded(pool) }) });
  return {
    db: db.withSchema(config.schema),
    // kysely itself would end only what it has used.
    close: () => endWithin(pool.end(), sockets),
  };
}

// Waits for an orderly end, but not for a server that hangs.
async function endWithin(end: Promise<unknown>, sockets: ReadonlySet<Socket>): Promise<void> {
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, goodbyeMs);
  await end.catch(() => {});
  clearTimeout(timer);
}

// kysely gives a connection back also when its question is still unanswered: the next one would wait behind it.
function guarded(pool: pg.Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      let fault: Error | undefined;
      const guard = {
        async query(sql: string, parameters: readonly unknown[]) {
          try {
            return await client.query(sql, [...parameters]);
          } catch (thrown) {
            if (!isAnswer(thrown))
              fault = thrown instanceof Error ? thrown : new Error("The question failed.");
            throw thrown;
          }
        },
        release: () => client.release(fault),
      };
      // Its other form takes a cursor, which is never configured.
      return guard as unknown as PostgresPoolClient;
    },
    end: () => pool.end(),
  };
}
