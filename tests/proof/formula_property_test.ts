import fc from "fast-check";
import { type Rational, rational, rationals, toNumber } from "lib/math/exact.ts";
import { degreeOf } from "lib/proof/degree.ts";
import { notation } from "lib/proof/notation.ts";
import { parse } from "lib/proof/parse.ts";
import { mathml } from "lib/show/tex.ts";
import { texOf } from "lib/proof/tex.ts";
import { valueOf } from "lib/proof/value.ts";
import { write } from "lib/proof/write.ts";

/** Laws of reading and valuing that hold for every formula: random texts of every shape. */

const notes = notation({
  symbols: {
    ...{ A: "n x n", B: "n x n", S: "n x n symmetric", W: "m x n", V: "n x m", a: "n", b: "n", c: "m" },
    ...{ alpha: "scalar", beta: "scalar", x: "scalar" },
  },
  definitions: { G: "W S W'", y: "alpha + x^2" },
});

type Kind = "s" | "nn" | "mn" | "nm" | "mm" | "n" | "m";
const leaves: Record<Kind, string[]> = {
  s: ["alpha", "beta", "x", "y", "2", "1/3", "0.5"],
  nn: ["A", "B", "S", "V W"],
  mn: ["W"],
  nm: ["V", "W'"],
  mm: ["G", "W V"],
  n: ["a", "b"],
  m: ["c"],
};
const turned: Record<Kind, Kind> = { s: "s", nn: "nn", mn: "nm", nm: "mn", mm: "mm", n: "n", m: "m" };
const products: readonly [Kind, Kind, Kind][] = [
  ...[["nn", "nn", "nn"], ["mn", "mn", "nn"], ["mn", "mm", "mn"], ["nm", "nn", "nm"], ["nm", "nm", "mm"]],
  ...[["n", "nn", "n"], ["n", "nm", "m"], ["m", "mn", "n"], ["m", "mm", "m"], ["nn", "nm", "mn"]],
] as [Kind, Kind, Kind][];

/** A text of a kind, without division, and with every part in brackets or not as its place asks. */
function text(kind: Kind, depth: number): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(...leaves[kind]).map((t) => /[ /]/.test(t) ? `(${t})` : t);
  if (depth === 0) return leaf;
  const inner = (k: Kind) => text(k, depth - 1).map((t) => `(${t})`);
  const bare = (k: Kind) => text(k, depth - 1);
  const any: fc.Arbitrary<string>[] = [
    leaf,
    fc.tuple(bare(kind), fc.constantFrom("+", "-"), inner(kind)).map(([p, s, q]) => `${p} ${s} ${q}`),
    fc.tuple(inner(kind), fc.constantFrom("+", "-"), bare(kind)).map(([p, s, q]) => `${p} ${s} ${q}`),
    fc.tuple(inner("s"), inner(kind)).map(([p, q]) => `${p} ${q}`),
    inner(kind).map((p) => `-${p}`),
  ];
  for (const [out, left, right] of products) {
    if (out === kind) any.push(fc.tuple(inner(left), inner(right)).map(([p, q]) => `${p} ${q}`));
  }
  if (kind === "nn" || kind === "mm") any.push(inner(kind).map((p) => `${p}^2`));
  if (kind !== "s" && kind !== "n" && kind !== "m") any.push(inner(turned[kind]).map((p) => `${p}'`));
  if (kind === "s") {
    any.push(
      inner("nn").map((p) => `tr(${p})`),
      fc.tuple(inner("n"), inner("n")).map(([p, q]) => `${p}' ${q}`),
    );
    any.push(fc.tuple(inner("s"), fc.nat(3)).map(([p, k]) => `${p}^${k}`));
    any.push(inner("n").map((p) => `norm(${p})^2`));
  }
  return fc.oneof(...any);
}

const entry = fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: 1, max: 4 })).map(([p, q]) =>
  rational(p, q)
);
const matrix = (r: number, c: number) =>
  fc.array(fc.array(entry, { minLength: c, maxLength: c }), { minLength: r, maxLength: r });
const vector = (r: number) => fc.array(entry, { minLength: r, maxLength: r });
const scope = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })).chain(([n, m]) =>
  fc.record({
    ...{
      A: matrix(n, n),
      B: matrix(n, n),
      W: matrix(m, n),
      V: matrix(n, m),
      a: vector(n),
      b: vector(n),
      c: vector(m),
    },
    ...{ alpha: entry, beta: entry, x: entry },
    S: matrix(n, n).map((R) => R.map((row, i) => row.map((e, j) => e.add(R[j][i])))),
  })
);
const formulaOf = fc.constantFrom<Kind>("s", "nn", "mn", "n", "mm").chain((kind) => text(kind, 3));

const flat = (v: unknown): Rational[] => Array.isArray(v) ? v.flatMap(flat) : [v as Rational];
const floats = (v: unknown): unknown => Array.isArray(v) ? v.map(floats) : toNumber(v as Rational);
const strip = (x: unknown) =>
  JSON.stringify(x, (key, y) => key === "at" ? undefined : typeof y === "bigint" ? `${y}n` : y);

Deno.test("law: a tree that is written is read as the same tree", () => {
  fc.assert(
    fc.property(formulaOf, (t) => {
      const tree = parse(t, notes);
      const written = write(tree), again = parse(written, notes);
      if (strip(again) !== strip(tree)) {
        throw new Error(`${t} is written ${written}, read as ${write(again)}`);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("law: every formula can be typeset", () => {
  fc.assert(
    fc.property(formulaOf, (t) => {
      mathml(texOf(parse(t, notes), notes));
    }),
    { numRuns: 150 },
  );
});

Deno.test("law: floats agree with rationals", () => {
  fc.assert(
    fc.property(formulaOf, scope, (t, at) => {
      const tree = parse(t, notes);
      const exact = flat(valueOf(tree, notes, at, rationals)).map(toNumber);
      const float = [valueOf(tree, notes, floatsOf(at))].flat(2) as number[];
      // float64: relative to the largest entry on the way, which powers of small numbers keep below 1e9
      exact.forEach((x, k) => {
        if (Math.abs(x - float[k]) > 1e-9 * Math.max(1e3, Math.abs(x))) {
          throw new Error(`${t}: ${x} and ${float[k]}`);
        }
      });
    }),
    { numRuns: 300 },
  );
});
const floatsOf = (at: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(at).map(([name, value]) => [name, floats(value)]));

Deno.test("law: spaces and brackets around the whole change nothing", () => {
  fc.assert(
    fc.property(formulaOf, (t) => {
      if (
        strip(parse(` ( ${t.replaceAll(" ", "  ")} ) `, notes)) !== strip(parse(t, notes))
      ) throw new Error(t);
    }),
    { numRuns: 200 },
  );
});

Deno.test("law: along a line through all entries a formula is a polynomial of at most its degree", () => {
  fc.assert(
    fc.property(formulaOf, scope, (t, at) => {
      const tree = parse(t, notes), degree = degreeOf(tree, notes, {});
      if (degree > 9) return;
      // the differences of order degree + 1 of a polynomial vanish
      let values = Array.from(
        { length: degree + 2 },
        (_, s) => flat(valueOf(tree, notes, moved(at, s), rationals)),
      );
      while (values.length > 1) {
        values = values.slice(1).map((row, i) => row.map((x, j) => x.sub(values[i][j])));
      }
      if (values[0].some((x) => x.n !== 0n)) throw new Error(`${t}: degree is above ${degree}`);
    }),
    { numRuns: 200 },
  );
});
const moved = (at: Record<string, unknown>, s: number) =>
  Object.fromEntries(Object.entries(at).map(([name, value]) => [name, shift(value, s)]));
const shift = (value: unknown, s: number): unknown =>
  Array.isArray(value)
    ? value.map((x) => shift(x, s))
    : (value as Rational).mul(s).add((value as Rational).d);

Deno.test("law: a derivative is the limit of quotients: exact on quadratics", () => {
  fc.assert(
    fc.property(text("s", 2), scope, (t, at) => {
      const slope = flat(valueOf(parse(`d(${t}, x)`, notes), notes, at, rationals))[0];
      const f = (s: number) =>
        flat(valueOf(parse(t, notes), notes, { ...at, x: (at.x as Rational).add(s) }, rationals))[0];
      // nine points determine a polynomial of degree 8; its slope in the middle
      if (degreeOf(parse(t, notes), notes) > 8) return;
      const weights = [[1, 280], [-4, 105], [1, 5], [-4, 5], [0, 1], [4, 5], [-1, 5], [4, 105], [-1, 280]];
      const expected = weights.map(([p, q], k) => f(k - 4).mul(rational(p, q))).reduce((a, b) => a.add(b));
      if (!slope.equals(expected)) {
        throw new Error(`d(${t}, x): ${slope.toFraction()}, not ${expected.toFraction()}`);
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("law: whatever is thrown at it, a text is read or refused in a sentence", () => {
  const junk = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.array(
      fc.constantFrom(..."A a W x alpha tr log E sum d G I ( ) [ ] , ; ' + - * / ^ 2 1/2 pi i".split(" ")),
      { maxLength: 25 },
    ).map((words) => words.join(" ")),
    formulaOf.chain((t) =>
      fc.tuple(fc.nat(t.length), fc.nat(3)).map(([k, n]) => t.slice(0, k) + t.slice(k + n))
    ),
  );
  fc.assert(
    fc.property(junk, (t) => {
      try {
        const tree = parse(t, notes);
        texOf(tree, notes);
        if (strip(parse(write(tree), notes)) !== strip(tree)) {
          throw new Error(`${t} is written ${write(tree)}`);
        }
      } catch (cause) {
        if (cause instanceof RangeError && cause.message.startsWith("Cannot read the formula: ")) return;
        throw cause;
      }
    }),
    { numRuns: 2000 },
  );
});
