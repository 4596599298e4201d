/** One connection that watches the database: does it answer, and has any customer changed? */
import pg from "pg";
import type { PostgresConfig } from "./config.ts";
import { type OwnConnection, ownConnection } from "./connect.ts";
import { sentenceOf } from "./failures.ts";
import { channelOf } from "./tables.ts";

/** What the last look has shown. */
export interface Heartbeat {
  /** The database's count of changes; null while nobody knows it. */
  version(): string | null;
  /** Why the database cannot be asked; null when it can. */
  fault(): string | null;
  /** Settles with the first look. */
  readonly started: Promise<void>;
  /** A question failed: looks at once, unless the database is known not to answer and looked at often anyway. */
  doubt(): void;
  close(): Promise<void>;
}

const retryMs = 250;
// Between two looks, however many changes and failures there are.
const pauseMs = 20;

/** Begins to watch. `onChange` hears of every change between answering (null) and a reason why not. */
export function startHeartbeat(config: PostgresConfig, onChange: (fault: string | null) => void): Heartbeat {
  const { schema, timeoutMs, checkMs } = config;
  const question = `select version from ${pg.escapeIdentifier(schema)}.directory_state`;
  let current: OwnConnection | null = null;
  let fault: string | null = "it has not answered yet";
  let hasToldOnce = false;
  let version: string | null = null;
  let seenAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isAskedAgain = false;
  let isClosed = false;
  let onStarted = nothing;
  const started = new Promise<void>((resolve) => {
    onStarted = resolve;
  });

  async function connect(): Promise<OwnConnection> {
    const made = ownConnection(config, timeoutMs);
    const { client } = made;
    client.on("error", () => leave(made));
    client.on("end", () => leave(made));
    client.on("notification", () => look());
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channelOf(schema))}`);
      if (isClosed) throw new Error("It was closed meanwhile.");
      return made;
    } catch (thrown) {
      void made.end();
      throw thrown;
    }
  }

  // It ended by itself: another one is made at once.
  function leave(gone: OwnConnection): void {
    if (current !== gone) return;
    current = null;
    look();
  }

  async function lookOnce(): Promise<void> {
    try {
      current ??= await connect();
      const askedAt = performance.now();
      const { rows } = await current.client.query<{ version: string }>(question);
      version = rows[0]?.version ?? null;
      seenAt = askedAt;
      tell(null);
    } catch (thrown) {
      void current?.end();
      current = null;
      tell(sentenceOf(thrown));
    }
  }

  function tell(now: string | null): void {
    const isNews = (now === null) !== (fault === null) || !hasToldOnce;
    fault = now;
    if (isClosed || !isNews) return;
    hasToldOnce = true;
    onChange(now);
  }

  function look(): void {
    if (isClosed) return;
    if (isLooking) {
      isAskedAgain = true;
      return;
    }
    isLooking = true;
    isAskedAgain = false;
    clearTimeout(timer);
    void lookOnce().finally(() => {
      isLooking = false;
      onStarted();
      if (isClosed) return;
      const usualMs = fault === null ? checkMs : Math.min(checkMs, retryMs);
      const waitMs = isAskedAgain && fault === null ? pauseMs : usualMs;
      timer = setTimeout(look, waitMs).unref();
    });
  }

  look();
  return {
    started,
    doubt() {
      if (fault === null) look();
    },
    fault: () => fault,
    version: () => (fault === null && performance.now() - seenAt <= checkMs + timeoutMs ? version : null),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const last = current;
      current = null;
      await last?.end();
    },
  };
}

function nothing(): void {}
