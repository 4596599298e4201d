import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/errors.ts";
import type { Answer } from "../../src/model/source.ts";
import { anyCall, cachedSource, invoiceOf, question } from "./fake-source.ts";

const month = (text: string) => question(text, { from: `${text}-01`, to: `${text}-28` });
const numbersIn = ({ invoices }: Answer) => invoices.map(({ number }) => number);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (thrown: unknown) => (thrown instanceof Failure ? thrown.code : thrown),
  );
// What goes on behind an answer takes some turns of the loop, none of which waits for anything outside.
const settled = async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe("an answer", () => {
  it("is had once for a thousand who ask at once, and for none who ask later", async () => {
    const { invoices, fake, cache } = cachedSource();

    const cold = await Promise.all(
      Array.from({ length: 1_000 }, () => invoices.ask(question("all"), anyCall())),
    );
    const warm = await Promise.all(
      Array.from({ length: 1_000 }, () => invoices.ask(question("all"), anyCall())),
    );

    expect(fake.asked).toEqual(["all"]);
    expect(new Set([...cold, ...warm]).size).toBe(1);
    expect(cache.stats()).toMatchObject({ asked: 1, misses: 1_000, hits: 1_000 });
  });

  it.each([
    ["of the current month", month("2026-11"), 120],
    ["of the last month", month("2026-10"), 120],
    ["that may hold any month", question("account"), 120],
    ["of an older month", month("2026-09"), 21_600],
  ])("%s is given out for its time", async (_, asked, freshSeconds) => {
    const { invoices, fake, clock } = cachedSource({ config: { ages: { revalidateSeconds: 0 } } });
    await invoices.ask(asked, anyCall());

    clock.pass(freshSeconds - 1);
    await invoices.ask(asked, anyCall());
    const before = fake.asked.length;
    clock.pass(1);
    await invoices.ask(asked, anyCall());

    expect([before, fake.asked.length]).toEqual([1, 2]);
  });

  it("is given out where another replica's clock was a second ahead", async () => {
    const { invoices, fake, clock } = cachedSource();
    await invoices.ask(question("all"), anyCall());

    clock.pass(-1);
    await invoices.ask(question("all"), anyCall());

    expect(fake.asked).toHaveLength(1);
  });

  it.each([3, 7_200])("is asked for anew once the clock was set back by %i s", async (seconds) => {
    const { invoices, fake, clock } = cachedSource();
    await invoices.ask(question("all"), anyCall());

    clock.pass(-seconds);
    await invoices.ask(question("all"), anyCall());
    await invoices.ask(question("all"), anyCall());

    expect(fake.asked).toHaveLength(2);
  });

  it("out of which something was left is given out for the short time only", async () => {
    const { invoices, fake, clock } = cachedSource({ config: { ages: { revalidateSeconds: 0 } } });
    fake.dropped = [{ reason: "UNREADABLE", message: "A page was repeated." }];
    await invoices.ask(month("2026-01"), anyCall());

    clock.pass(120);
    await invoices.ask(month("2026-01"), anyCall());

    expect(fake.asked).toHaveLength(2);
  });

  it("past its time is given out once more while a new one is fetched behind it", async () => {
    const { invoices, fake, clock } = cachedSource();
    await invoices.ask(question("all"), anyCall());
    fake.revision = 2;
    clock.pass(121);

    const during = await Promise.all([1, 2, 3].map(() => invoices.ask(question("all"), anyCall())));
    await settled();
    const after = await invoices.ask(question("all"), anyCall());

    expect(during.map(numbersIn)).toEqual([["all v1"], ["all v1"], ["all v1"]]);
    expect(during.every(({ staleBecause }) => staleBecause === undefined)).toBe(true);
    expect(numbersIn(after)).toEqual(["all v2"]);
    expect(fake.asked).toHaveLength(2);
  });

  it("goes by the ages that its source has of its own", async () => {
    const { invoices, fake, clock } = cachedSource({
      config: { sources: { freight: { recentInvoicesSeconds: 10, revalidateSeconds: 0 } } },
    });
    await invoices.ask(question("all"), anyCall());

    clock.pass(10);
    await invoices.ask(question("all"), anyCall());

    expect(fake.asked).toHaveLength(2);
  });

  it("is not kept at all when its age is 0", async () => {
    const { invoices, fake, cache } = cachedSource({
      config: { ages: { recentInvoicesSeconds: 0, staleIfErrorSeconds: 0 } },
    });

    await invoices.ask(question("all"), anyCall());
    await invoices.ask(question("all"), anyCall());

    expect(fake.asked).toHaveLength(2);
    expect(cache.stats().entries).toBe(0);
  });
});

describe("a failing source", () => {
  const outage = new Failure("SOURCE_UNAVAILABLE", { source: "freight" });

  it("leaves the older answer standing, marked with its age and the reason", async () => {
    const { invoices, fake, clock, cache } = cachedSource();
    const first = await invoices.ask(question("all"), anyCall());
    fake.failure = outage;
    clock.pass(3_600);

    const second = await invoices.ask(question("all"), anyCall());

    expect(second).toEqual({ ...first, staleBecause: outage });
    expect(second.fetchedAt).toBe("2026-11-22T12:00:00.000Z");
    expect(cache.stats().stale).toBe(1);
  });

  it("leaves it standing no longer than its age allows", async () => {
    const { invoices, fake, clock } = cachedSource();
    await invoices.ask(question("all"), anyCall());
    fake.failure = outage;

    clock.pass(86_399);
    const within = await codeOf(invoices.ask(question("all"), anyCall()));
    clock.pass(1);
    const beyond = await codeOf(invoices.ask(question("all"), anyCall()));

    expect([within, beyond]).toEqual(["answered", "SOURCE_UNAVAILABLE"]);
  });

  it("behind an ageing answer has it marked from then on, and is not asked again at once", async () => {
    const { invoices, fake, clock } = cachedSource();
    await invoices.ask(question("all"), anyCall());
    fake.failure = outage;
    clock.pass(130);

    const first = await invoices.ask(question("all"), anyCall());
    await settled();
    const second = await invoices.ask(question("all"), anyCall());
    await settled();

    expect(first.staleBecause).toBeUndefined();
    expect(second.staleBecause).toBe(outage);
    expect(fake.asked).toHaveLength(2);
  });

  it.each(["SOURCE_UNAUTHORIZED", "ACCOUNT_NOT_FOUND", "ACCOUNT_NOT_PERMITTED"] as const)(
    "that says %s is believed: nothing stands in, and what was kept is forgotten",
    async (code) => {
      const { invoices, fake, clock, cache } = cachedSource();
      await invoices.ask(question("all"), anyCall());
      fake.failure = new Failure(code);
      clock.pass(3_600);

      const ended = await codeOf(invoices.ask(question("all"), anyCall()));

      expect(ended).toBe(code);
      expect(cache.stats().entries).toBe(0);
    },
  );

  it("is asked again by the next request: failures are not kept", async () => {
    const { invoices, fake } = cachedSource();
    fake.failure = outage;
    const failed = await codeOf(invoices.ask(question("all"), anyCall()));

    fake.failure = null;
    const answered = await codeOf(invoices.ask(question("all"), anyCall()));

    expect([failed, answered]).toEqual(["SOURCE_UNAVAILABLE", "answered"]);
  });
});

describe("a caller who wants fresher data", () => {
  it("has the source asked when the kept answer is older", async () => {
    const { invoices, fake, clock } = cachedSource();
    await invoices.ask(question("all"), anyCall());
    clock.pass(20);

    await invoices.ask(question("all"), anyCall({ freshness: { maxAgeMs: 30_000, staleIfErrorMs: null } }));
    const within = fake.asked.length;
    await invoices.ask(question("all"), anyCall({ freshness: { maxAgeMs: 20_000, staleIfErrorMs: null } }));
    const older = fake.asked.length;
    await invoices.ask(question("all"), anyCall({ freshness: { maxAgeMs: 0, staleIfErrorMs: null } }));

    expect([within, older, fake.asked.length]).toEqual([1, 2, 3]);
  });

  it("cannot have older data than the configuration allows", async () => {
    const { invoices, fake, clock } = cachedSource();
    await invoices.ask(question("all"), anyCall());
    clock.pass(600);

    await invoices.ask(
      question("all"),
      anyCall({ freshness: { maxAgeMs: 9_999_999, staleIfErrorMs: 9_999_999 } }),
    );

    expect(fake.asked).toHaveLength(2);
  });

  it("may refuse older answers in place of failed ones", async () => {
    const { invoices, fake, clock } = cachedSource();
    await invoices.ask(question("all"), anyCall());
    fake.failure = new Failure("SOURCE_TIMEOUT");
    clock.pass(3_600);

    const ends: unknown[] = [];
    for (const staleIfErrorMs of [0, 3_600_000, 3_601_000]) {
      const call = anyCall({ freshness: { maxAgeMs: null, staleIfErrorMs } });
      ends.push(await codeOf(invoices.ask(question("all"), call)));
    }

    expect(ends).toEqual(["SOURCE_TIMEOUT", "SOURCE_TIMEOUT", "answered"]);
  });
});

describe("memory", () => {
  it("never weighs more than it may: the least recently used go first", async () => {
    const { invoices, fake, cache } = cachedSource({ maxBytes: 1_000_000 });
    fake.bodyBytes = 50_000;

    for (let i = 0; i < 20; i++) await invoices.ask(question(`q${i}`), anyCall());
    await invoices.ask(question("q19"), anyCall());
    await invoices.ask(question("q0"), anyCall());

    expect(cache.stats().bytes).toBeLessThanOrEqual(1_000_000);
    expect(cache.stats().entries).toBe(3);
    expect(fake.asked).toHaveLength(21);
    expect(fake.asked.at(-1)).toBe("q0");
  });

  it("does not take an answer that is larger than all of it, which is given out nevertheless", async () => {
    const { invoices, fake, cache } = cachedSource({ maxBytes: 100_000 });
    fake.bodyBytes = 50_000;

    const answer = await invoices.ask(question("all"), anyCall());

    expect(numbersIn(answer)).toEqual(["all v1"]);
    expect(cache.stats().entries).toBe(0);
  });
});

describe("everything else that a source can do", () => {
  it("is remembered too: details, settings, tables and accounts", async () => {
    const { source, fake } = cachedSource();
    const listed = invoiceOf("freight", "1", "7", { isDetailed: false });

    for (let i = 0; i < 2; i++) {
      await source.details?.ask(listed, anyCall());
      await source.settings?.ask("4100", anyCall());
      await source.settings?.currency("1", anyCall());
      await source.settings?.paymentTerms(anyCall());
      await source.accounts?.profile("a", anyCall());
      await source.accounts?.children("a", anyCall());
    }

    expect(fake.asked).toEqual([
      "details 7",
      "settings 4100",
      "currency 1",
      "terms",
      "profile a",
      "children a",
    ]);
  });

  it("asks for details anew when the list's record of the invoice has changed", async () => {
    const { source, fake } = cachedSource();
    const listed = invoiceOf("freight", "1", "7", { isDetailed: false });

    await source.details?.ask(listed, anyCall());
    await source.details?.ask({ ...listed, raw: { number: "7", total: 2 } }, anyCall());

    expect(fake.asked).toHaveLength(2);
  });

  it("does not remember that a source knows nothing", async () => {
    const { source, fake, cache } = cachedSource();

    const none = [
      await source.settings?.ask("nobody", anyCall()),
      await source.settings?.ask("nobody", anyCall()),
    ];

    expect(none).toEqual([null, null]);
    expect(fake.asked).toHaveLength(2);
    expect(cache.stats().entries).toBe(0);
  });

  it("marks settings that stand in, and lets nothing stand in that carries no mark", async () => {
    const { source, fake, clock } = cachedSource();
    await source.settings?.ask("4100", anyCall());
    await source.accounts?.profile("a", anyCall());
    fake.failure = new Failure("SOURCE_DISCONNECTED");
    clock.pass(3_600);

    const settings = await source.settings?.ask("4100", anyCall());
    const profile = await codeOf(source.accounts?.profile("a", anyCall()) as Promise<unknown>);

    expect(settings).toMatchObject({ fetchedAt: "2026-11-22T12:00:00.000Z", staleBecause: fake.failure });
    expect(profile).toBe("SOURCE_DISCONNECTED");
  });

  it("keeps one kind of answer apart from another, whatever their keys are", async () => {
    const { source, invoices, fake } = cachedSource();

    await invoices.ask(question("terms"), anyCall());
    const terms = await source.settings?.paymentTerms(anyCall());

    expect(terms).toEqual([]);
    expect(fake.asked).toEqual(["terms", "terms"]);
  });
});
