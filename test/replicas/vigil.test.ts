/** Who is silent for long is told of, and nobody is because the listener was away. */
import { expect, it } from "vitest";
import { Vigil } from "../../src/vigil.ts";

it("tells who was not heard of for thirty seconds, until it ends", () => {
  const vigil = new Vigil<{ readonly name: string }>();
  const [one, other] = [{ name: "one" }, { name: "other" }];
  vigil.heard(one, 0);
  vigil.heard(other, 0);

  const told = [];
  for (let at = 5_000; at <= 45_000; at += 5_000) {
    vigil.heard(other, at - 1);
    told.push([at, ...vigil.silent(at).map(({ name }) => name)]);
    if (at === 40_000) vigil.forget(one);
  }

  expect(told.filter(([, name]) => name !== undefined)).toEqual([
    [35_000, "one"],
    [40_000, "one"],
  ]);
});

it("gives all their time anew when it could not listen itself", () => {
  const vigil = new Vigil<object>();
  const one = {};
  vigil.heard(one, 0);
  vigil.silent(5_000);

  const afterSleep = vigil.silent(900_000);
  const soonAfter = [905_000, 910_000, 915_000, 920_000, 925_000, 930_000].map(
    (at) => vigil.silent(at).length,
  );
  const later = vigil.silent(935_000);

  expect(afterSleep).toEqual([]);
  expect(soonAfter).toEqual([0, 0, 0, 0, 0, 0]);
  expect(later).toEqual([one]);
});
