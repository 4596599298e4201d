/** The log: one JSON object a line on standard output, without secrets. */
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";
import { LineWriter } from "./line-writer.ts";

/** pino's logger. */
export type Log = Logger;

// Names under which a credential could stand in something that is logged by mistake: a head, a part of the configuration.
const secretNames = [
  "authorization",
  "cookie",
  '["x-api-key"]',
  "token",
  "apiKey",
  "secret",
  "password",
].concat([
  "clientToken",
  "clientSecret",
  "accessToken",
  "accountSwitchKey",
  "secretAccessKey",
  "sessionToken",
]);

/**
 * A log of this level: "debug", "info", "warn", "error" or "silent". Credentials that reach it by mistake are censored.
 * `destination` is standard output unless told.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: secretNames.flatMap((name) => [name, `*${dotted(name)}`, `*.headers${dotted(name)}`]),
      censor: "[redacted]",
    },
  };
  return destination === undefined ? onStandardOutput(options) : pino(options, destination);
}

/**
 * Writes on while the log cannot be written, and says later how much was lost. By itself pino ends the process at the first line that
 * finds no room on the disk, and its last flush is then tried again for ever: a service that neither answers nor ends.
 */
function onStandardOutput(options: LoggerOptions): Log {
  // Asking for process.stdout is what makes a pipe say that it is full; otherwise a write to it waits, and so does the process's end.
  const writer = new LineWriter(process.stdout.fd, (lost) =>
    log.error({ lost }, "lines of the log were lost while it could not be written"),
  );
  const log = pino(options, writer);
  if (options.level !== "silent") process.on("exit", () => writer.flushSync());
  return log;
}

/**
 * The same log without censorship, for lines whose fields are fixed and hold no credential. Looking for credentials takes
 * 25 to 200 µs a line, as measured: too much for lines that every request writes.
 */
export function uncensored(log: Log): Log {
  return log.child({}, { redact: [] });
}

function dotted(name: string): string {
  return name.startsWith("[") ? name : `.${name}`;
}
