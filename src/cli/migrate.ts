/** `invoicegraph migrate`: makes the tables of the customers' database, or brings them up to date. */
import { migrate as migrateDatabase, pendingMigrations } from "../directory/postgres/migrate.ts";
import { type Command, readArguments } from "./command.ts";
import { mustFindDatabase } from "./find-config.ts";
import { exitCodes } from "./mistake.ts";

const options = { config: { type: "string" }, check: { type: "boolean" } } as const;

export const migrate: Command = {
  name: "migrate",
  summary: "bring the tables of the customers' database up to date",
  help: `Usage: invoicegraph migrate [--config FILE] [--check]

Makes the tables in the PostgreSQL database that directory.postgres names, or takes the steps that a new version
adds. Run it before the new version serves; the old one goes on serving meanwhile. Two at a time do no harm: one
waits for the other. It needs a user that may create tables; the service itself only reads.

  --config FILE   the configuration; default: INVOICEGRAPH_CONFIG, else invoicegraph.yaml
  --check         change nothing; the exit code is 1 when a step has yet to be taken

Examples:
  invoicegraph migrate
  DATABASE_URL=postgres://owner:…@db.example/invoices invoicegraph migrate --config /etc/invoicegraph.yaml
`,
  async run(args, { env, out }) {
    const { values } = readArguments("migrate", args, options);
    const { postgres } = await mustFindDatabase(values.config, env);
    if (values.check === true) {
      const pending = await pendingMigrations(postgres);
      out(
        pending.length === 0
          ? upToDate
          : `Yet to be taken: ${pending.join(", ")}. Run invoicegraph migrate.\n`,
      );
      return pending.length === 0 ? exitCodes.success : exitCodes.failure;
    }
    const taken = await migrateDatabase(postgres);
    out(taken.length === 0 ? upToDate : `Taken: ${taken.join(", ")}. The tables are up to date.\n`);
    return exitCodes.success;
  },
};

const upToDate = "The tables are up to date.\n";
