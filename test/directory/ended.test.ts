/** Connections that PostgreSQL ends while questions are asked over them, with those that rest in the pool. */
import { expect, it } from "vitest";
import { createPostgresDirectory } from "../../src/directory/postgres/directory.ts";
import { hasPostgres, startPostgres } from "../support/postgres.ts";
import { manyCustomers, prepare } from "./database.ts";

it.runIf(hasPostgres)(
  "asks again over a connection that lives, when those that rest are ended with the one in use",
  async () => {
    const postgres = await startPostgres();
    const directory = createPostgresDirectory(await prepare(postgres, manyCustomers(100)), () => {});
    const ask = () => directory.customers(["customer-1"]);
    const failures: unknown[] = [];

    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 10 }, ask));
      const state = { isOver: false };
      const workers = [0, 1, 2].map(async () => {
        while (!state.isOver) await ask().catch((thrown: unknown) => failures.push(thrown));
      });
      await postgres.run(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'invoicegraph' and query like '%json_agg%'",
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      state.isOver = true;
      await Promise.all(workers);
    }
    await directory.close();
    await postgres.close();

    expect(failures).toEqual([]);
  },
);
