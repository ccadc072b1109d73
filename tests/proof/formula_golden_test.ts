import {
  gaussianRationals,
  isRational,
  type Rational,
  rational,
  rationals,
  toNumber,
} from "lib/math/exact.ts";
import { degreeOf } from "lib/proof/degree.ts";
import { formula } from "lib/proof/formula.ts";
import { notation, type NotationSpec } from "lib/proof/notation.ts";
import { parse } from "lib/proof/parse.ts";
import { mathml } from "lib/show/tex.ts";
import { plainMath } from "lib/show/plain_math.ts";
import { write } from "lib/proof/write.ts";

/** Values, degrees and TeX of formulas that SymPy made (data/proof.py). */

type Plain = number | string | { re: Plain; im: Plain } | readonly Plain[];
interface Golden {
  notation: NotationSpec;
  scope: Record<string, unknown>;
  functions: Record<string, Plain[]>;
  sizes: Record<string, number>;
  formulas: { text: string; value: Plain; degree: number | null | "skip"; tex?: string; read?: true }[];
}
const golden: Golden = JSON.parse(Deno.readTextFileSync(new URL("../../data/proof.json", import.meta.url)));
const notes = notation(golden.notation);

/** "p/q" anywhere in plain data as a rational, or as the nearest float. */
function revive(x: unknown, leaf: (r: Rational) => unknown): unknown {
  if (typeof x === "string" && /^-?\d+\/\d+$/.test(x)) {
    const [p, q] = x.split("/").map(BigInt);
    return leaf(rational(p, q));
  }
  if (Array.isArray(x)) return x.map((y) => revive(y, leaf));
  if (typeof x !== "object" || x === null || isRational(x)) return x;
  return Object.fromEntries(Object.entries(x).map(([key, y]) => [key, revive(y, leaf)]));
}

function scope(leaf: (r: Rational) => unknown): Record<string, unknown> {
  const tables = Object.entries(golden.functions).map(([name, table]) => {
    const values = revive(table, leaf) as unknown[];
    return [name, (z: number) => values[z]];
  });
  return { ...revive(golden.scope, leaf) as Record<string, unknown>, ...Object.fromEntries(tables) };
}
const exact = scope((r) => r), float = scope(toNumber);

const isExact = (x: Plain): boolean =>
  Array.isArray(x)
    ? x.every(isExact)
    : typeof x === "object"
    ? isExact((x as { re: Plain }).re)
    : typeof x === "string";

const leaves = (x: unknown): unknown[] =>
  Array.isArray(x)
    ? x.flatMap(leaves)
    : typeof x === "object" && x !== null && "re" in x
    ? [(x as { re: unknown }).re, (x as { im?: unknown }).im]
    : [x];
const nested = (x: unknown): unknown => Array.isArray(x) ? x.map(nested) : 0;

const hasI = (text: string) => /\bi\b/.test(text);

for (const { text, value, degree, tex, read } of golden.formulas) {
  Deno.test(`formula: ${text}`, () => {
    const made = formula(text, notes), wanted = leaves(revive(value, (r) => r));
    // over the rationals: equal, not close
    if (isExact(value) && !/log|exp|cos|tanh|sqrt|norm\(a\)$|\^\(1/.test(text)) {
      const got = made.value(exact, (hasI(text) ? gaussianRationals : rationals) as typeof rationals);
      same(nested(got), nested(value), "shape");
      leaves(got).forEach((x, k) => {
        const want = wanted[k] ?? rational(0);
        if (!isRational(x) || !(x as Rational).equals(want as Rational)) {
          throw new Error(
            `${text}: expected ${String(want)}, got ${isRational(x) ? x.toFraction() : String(x)}`,
          );
        }
      });
    }
    const scale = Math.max(1, ...wanted.map((x) => Math.abs(isRational(x) ? toNumber(x) : Number(x ?? 0))));
    leaves(made.value(float)).forEach((x, k) => {
      const want = wanted[k] ?? 0, near = isRational(want) ? toNumber(want) : Number(want);
      // float64, a few hundred operations
      if (!(Math.abs(Number(x) - near) <= 1e-12 * scale)) {
        throw new Error(`${text}: expected ${near}, got ${x}`);
      }
    });
    if (degree !== "skip") same(degreeOf(made.tree, notes, golden.sizes), degree ?? Infinity, "degree");
    if (tex !== undefined) same(made.tex, tex, read ? "TeX that SymPy reads back" : "TeX");
    mathml(made.tex);
    if (/\\|undefined/.test(plainMath(made.tex))) {
      throw new Error(`${text}: plain text ${plainMath(made.tex)}`);
    }
    const again = parse(write(made.tree), notes);
    same(strip(again), strip(made.tree), "written and read again");
  });
}

Deno.test("formula: at least 150 goldens, of every kind", () => {
  if (golden.formulas.length < 150) throw new Error(`only ${golden.formulas.length}`);
});

const strip = (x: unknown): unknown =>
  JSON.parse(JSON.stringify(x, (key, y) => key === "at" ? undefined : typeof y === "bigint" ? `${y}n` : y));

function same(got: unknown, wanted: unknown, what: string): void {
  const [a, b] = [got, wanted].map((x) => typeof x === "number" ? String(x) : JSON.stringify(x));
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}
