/** Clients as they should be: over kept connections, to any of several replicas, and once more to the next one when that fails. */
import { Agent, request } from "undici";

export interface Outcome {
  served: number;
  /** First tries that failed. */
  retried: number;
  /** What clients were left with. */
  readonly failures: string[];
}

/** What is asked again and again. */
export interface Load {
  readonly urls: () => readonly string[];
  readonly key: string;
  readonly query: string;
  /** Is this the answer? */
  readonly isRight: (text: string) => boolean;
  readonly clients?: number;
}

/** Begins to ask. `stop` waits for those under way and tells how it went. */
export function startLoad({ urls, key, query, isRight, clients = 8 }: Load) {
  const agent = new Agent({ connections: clients, keepAliveTimeout: 60_000, headersTimeout: 20_000 });
  const outcome: Outcome = { served: 0, retried: 0, failures: [] };
  let isWanted = true;

  async function ask(url: string): Promise<string | null> {
    try {
      const reply = await request(`${url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": key },
        body: JSON.stringify({ query }),
        dispatcher: agent,
      });
      const text = await reply.body.text();
      return reply.statusCode === 200 && isRight(text) ? null : `${reply.statusCode} ${text.slice(0, 300)}`;
    } catch (thrown) {
      return String(thrown);
    }
  }

  const all = Array.from({ length: clients }, async (_, client) => {
    for (let turn = client; isWanted; turn++) {
      const places = urls();
      const at = (more: number) => places[(turn + more) % places.length] as string;
      const first = await ask(at(0));
      if (first === null) outcome.served += 1;
      else {
        outcome.retried += 1;
        const second = await ask(at(1));
        if (second === null) outcome.served += 1;
        else outcome.failures.push(`${first}, then ${second}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  return {
    outcome,
    async stop(): Promise<Outcome> {
      isWanted = false;
      await Promise.all(all);
      await agent.close();
      return outcome;
    },
  };
}
