/** The `cache` section of the configuration: how much is kept of the sources' answers, and for how long. */
import { z } from "zod";

const year = 31_536_000;

const spans = {
  recentInvoicesSeconds: {
    usual: 120,
    says: "Lists that hold invoices of this month or the last one, or of any month (floLIVE).",
  },
  olderInvoicesSeconds: { usual: 21_600, says: "Lists of older months." },
  detailsSeconds: {
    usual: 21_600,
    says: "Details of an invoice (Akamai's lines); a change of its list record asks for them anew.",
  },
  settingsSeconds: { usual: 300, says: "A customer's invoice settings." },
  tablesSeconds: { usual: 21_600, says: "Currencies and payment terms." },
  accountsSeconds: { usual: 600, says: "What a source tells of an account, and the accounts below it." },
  revalidateSeconds: {
    usual: 120,
    says: "For so long after its time an answer is still given out while a new one is fetched behind it.",
  },
  staleIfErrorSeconds: {
    usual: 86_400,
    says: "The greatest age at which lists and settings stand in for an answer that the source fails to give, marked as stale.",
  },
};

type Span = keyof typeof spans;

const seconds = () => z.int().min(0).max(year);

const usualAges = z.strictObject(
  mapSpans(({ usual, says }) => seconds().default(usual).describe(`${says} In seconds.`)),
);

const ownAges = z.strictObject(mapSpans(({ says }) => seconds().optional().describe(`${says} In seconds.`)));

/** The section as it is written. */
export const cacheConfig = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe("Keep answers between requests. Switched off, every request asks the sources anew."),
  maxBytes: z
    .int()
    .min(1)
    .default(268_435_456)
    .describe(
      "The memory that kept answers may take in each process, in bytes: their bodies' sizes times five, as measured.",
    ),
  ages: usualAges.prefault({}).describe("How long answers are given out; 0 keeps none."),
  sources: z
    .record(z.string(), ownAges)
    .default({})
    .describe("Other ages for some sources, by their names under `sources`."),
});

/** The section with its defaults filled in. */
export type CacheConfig = z.output<typeof cacheConfig>;

function mapSpans<T>(make: (span: (typeof spans)[Span]) => T): Record<Span, T> {
  return Object.fromEntries(Object.entries(spans).map(([name, span]) => [name, make(span)])) as Record<
    Span,
    T
  >;
}
