/** `npm start`: runs src/ as scripts/packed.mjs packs it. */
import cluster from "node:cluster";
import { main, packOnce } from "./packed.mjs";

// The workers of a process that serves on several cores run what it has packed.
if (!cluster.isWorker) await packOnce();
await import(main);
