import { formula } from "lib/proof/formula.ts";
import { notation } from "lib/proof/notation.ts";
import { FormulaError } from "lib/proof/tokens.ts";

/** What can't be read is refused in a sentence that marks the place, within a second, and nothing is evaluated. */

const notes = notation({
  symbols: {
    ...{ W: "n2 x n1", Wp: "n2 x n2", X: "n1 x n1 symmetric", a: "n1", f: "n2" },
    ...{ alpha: "scalar", k: "scalar", t: "scalar", d: "scalar", g: "scalar" },
  },
  functions: { lik: ["z"], F: ["u"] },
  definitions: { F1: "W X W'" },
});

/** The text, what is marked in it, and a part of the sentence. */
const bad: readonly [text: string, marked: string, says: RegExp][] = [
  ["W (X + Xprim)", "Xprim", /a name of this notation \(W, Wp, X/],
  ["foo(alpha)", "foo", /a name of this notation|a function/],
  ["lik(y)", "y", /a name/],
  ["constructor", "constructor", /a name/],
  ["__proto__", "__proto__", /a name/],
  ["hasOwnProperty(alpha)", "hasOwnProperty", /a (name|function)/],
  ["toString", "toString", /a name/],
  ["E", "E", /a name/],
  ["I", "I", /size of I/],
  ["tr(I)", "I", /size/],
  ["kron(I, X)", "I", /size/],
  ["W W", "W", /n1 rows/],
  ["W + X", "X", /n2 × n1/],
  ["W + 1", "1", /n2 × n1/],
  ["tr(W)", "tr(W)", /square/],
  ["det(a)", "det(a)", /square/],
  ["log(W)", "W", /a number in log/],
  ["abs(a)", "a", /a number in abs/],
  ["alpha^a", "a", /exponent/],
  ["W^2", "W", /square/],
  ["X^alpha^2", "alpha^2", /whole number/],
  ["1 / W", "W", /below the line/],
  ["alpha / 0", "0", /zero/],
  ["alpha'", "alpha", /matrix or a vector/],
  ["[alpha, W]", "W", /a number as entry/],
  ["[1, 2; 3]", "]", /one length/],
  ["[[1, 2], [3]]", "", /one length/],
  ["[]", "", /entries/],
  ["d(W, W)", "W", /a number to differentiate/],
  ["d(alpha, 2)", "2", /symbol/],
  ["d(alpha, F1)", "F1", /symbol/],
  ["d(alpha, t, d)", "d", /by which symbol/],
  ["E(alpha)", "E", /a variable and a body/],
  ["E(2, alpha)", "2", /a variable/],
  ["E(F1, alpha)", "F1", /a variable/],
  ["E(lik, alpha)", "lik", /a variable/],
  ["E(z, z, lik(z))", "E", /different variables/],
  ["sum(z + 1, lik(z))", "z", /a variable/],
  ["lik(alpha, alpha)", "lik", /1 argument/],
  ["log()", "log", /1 argument/],
  ["lik", "lik", /brackets behind/],
  ["log alpha", "log", /brackets behind/],
  ["(W X", "(", /closing/],
  ["W X)", ")", /opening/],
  ["[alpha)", ")", /“\]”/],
  ["((((", "(", /closing/],
  ["", "", /a formula/],
  ["   ", "", /a formula/],
  ["W +", "", /continues/],
  ["* W", "*", /continues/],
  ["alpha 2 3", "3", /continues/],
  ["2 3", "3", /continues/],
  ["alpha ^", "", /continues/],
  ["'alpha'", "'", /before the ′/],
  ["W; X", "W", /one formula/],
  ["alpha = 3", "=", /a name, a number/],
  ["f(x) = x", "=", /a name, a number/],
  ["alpha == 3", "=", /a name, a number/],
  ["alpha < 3", "<", /a name, a number/],
  ["1:3", ":", /a name, a number/],
  ["alpha ? 1 : 2", "?", /a name, a number/],
  ["alpha!", "!", /a name, a number/],
  ["alpha % 2", "%", /a name, a number/],
  ["alpha.beta", ".", /a name, a number/],
  ['"text"', '"', /a name, a number/],
  ["{a: 1}", "{", /a name, a number/],
  ["alpha # note", "#", /a name, a number/],
  ["alpha \\ 2", "\\", /a name, a number/],
  ["W .* W", ".", /a name, a number/],
  ["alpha & d", "&", /a name, a number/],
  ["alpha | d", "|", /a name, a number/],
  ["~alpha", "~", /a name, a number/],
  ["import", "import", /a name/],
  ["import(alpha)", "import", /a (name|function)/],
  ["createUnit(alpha)", "createUnit", /a (name|function)/],
  ["evaluate(alpha)", "evaluate", /a (name|function)/],
  ["alpha to d", "to", /a name/],
  ["alpha mod d", "mod", /a name/],
  ["not alpha", "not", /a name/],
  ["alpha in d", "in", /a name/],
  ["true", "true", /a name/],
  ["null", "null", /a name/],
  ["NaN", "NaN", /a name/],
  ["Infinity", "Infinity", /a name/],
  ["undefined", "undefined", /a name/],
  ["end", "end", /a name/],
  ["W[1, 2]", "1, 2", /rows|factor/],
  ["1e999", "1e999", /1e300/],
  ["1e-999", "1e-999", /1e300/],
  ["9".repeat(400), "9", /1e300/],
  ["alpha\u0000", "\u0000", /a name, a number/],
  ["α\u202Eβ", "\u202E", /a name/],
  ["alpha".repeat(20_000), "a", /at most 4000/],
  ["(".repeat(10_000) + "1" + ")".repeat(10_000), "(", /at most/],
  ["(".repeat(1000) + "1" + ")".repeat(1000), "(", /at most 60/],
  ["-".repeat(3000) + "1", "-", /at most 1200/],
  ["-".repeat(1100) + "alpha" + "'".repeat(90), "", /./],
  ["alpha^".repeat(590) + "1", "", /./],
];

for (const [text, marked, says] of bad) {
  Deno.test(`formula refuses: ${JSON.stringify(text.slice(0, 30))}`, () => {
    let cause: unknown;
    try {
      formula(text, notes);
    } catch (thrown) {
      cause = thrown;
    }
    // towers of signs may be read: then they must not break anything
    if (cause === undefined && says.source === ".") return;
    if (!(cause instanceof FormulaError)) throw new Error(`expected a FormulaError, got ${String(cause)}`);
    if (!says.test(cause.message)) throw new Error(`another sentence: ${cause.message}`);
    if (cause.message.length > 700) throw new Error(`a sentence of ${cause.message.length} characters`);
    if (!cause.message.startsWith("Cannot read the formula: expected ")) throw new Error(cause.message);
    const { from, to } = cause.at, place = text.slice(from, to);
    if (says.source !== "." && !place.startsWith(marked)) {
      throw new Error(`marks “${place}” in ${cause.message}`);
    }
    if (!cause.message.includes("▸")) throw new Error(`no mark: ${cause.message}`);
  });
}

Deno.test("formula refuses what is no text", () => {
  for (const text of [3, null, undefined, ["alpha"], { toString: () => "alpha" }]) {
    let cause: unknown;
    try {
      formula(text as string, notes);
    } catch (thrown) {
      cause = thrown;
    }
    if (!(cause instanceof TypeError)) throw new Error(`expected a TypeError, got ${String(cause)}`);
  }
});

const spoilt: readonly [spec: unknown, says: RegExp][] = [
  [{ symbols: { constructor: "scalar" } }, /means nothing else/],
  [{ symbols: Object.fromEntries([["__proto__", "scalar"]]) }, /means nothing else/],
  [{ symbols: { to: "scalar" } }, /means nothing else/],
  [{ symbols: { "a b": "scalar" } }, /letters and digits/],
  [{ symbols: { a: "vector" }, functions: { a: ["z"] } }, /no symbol/],
  [{ symbols: { a: "3 x" } }, /a kind/],
  [{ symbols: { a: 3 } }, /a kind/],
  [{ symbols: { a: "n1 x n2 symmetric" } }, /a kind/],
  [{ symbols: { a: "0 x 2" } }, /a kind/],
  [{ symbols: { j: "imaginary unit" } }, /i as the name/],
  [{ symbols: { a: "scalar" }, definitions: { b: "a + c" } }, /a name of this notation/],
  [{ symbols: { a: "scalar", b: "2 x 2" }, definitions: { b: "a" } }, /as its definition/],
  [{ symbols: {}, definitions: { b: "b + 1" } }, /a name of this notation/],
  [{ symbols: { a: "scalar" }, theta: ["b"] }, /declared name in theta/],
  [{ symbols: { a: "scalar" }, dynamics: { a: "a" } }, /motion/],
  [{ symbols: {}, functions: { f: [] } }, /arguments/],
];

for (const [spec, says] of spoilt) {
  Deno.test(`notation refuses: ${JSON.stringify(spec)}`, () => {
    let cause: unknown;
    try {
      notation(spec as Parameters<typeof notation>[0]);
    } catch (thrown) {
      cause = thrown;
    }
    if (!(cause instanceof RangeError) || !says.test(cause.message)) throw new Error(String(cause));
  });
}

const scope = {
  W: [[1, 2]],
  Wp: [[1]],
  X: [[1, 0], [0, 1]],
  a: [1, 2],
  f: [1],
  alpha: -1,
  k: 0.5,
  t: 0,
  d: 0,
  g: 1,
};
const worthless: readonly [text: string, scope: Record<string, unknown>, says: RegExp][] = [
  ["W X", { X: scope.X }, /a value of W/],
  ["W X", { ...scope, W: [[1, 2, 3]] }, /n1 = 3|n1 = 2/],
  ["W X", { ...scope, W: [[1, 2], [3]] }, /different lengths/],
  ["W X", { ...scope, W: 3 }, /rows/],
  ["W X", { ...scope, W: [["1", "2"]] }, /a number/],
  ["alpha", { ...scope, alpha: [1, 2] }, /a number/],
  ["alpha", Object.create({ alpha: 1 }), /a value of alpha/],
  ["log(alpha)", scope, /finite/],
  ["log(d)", scope, /finite/],
  ["g / d", scope, /finite/],
  ["alpha^k", scope, /finite/],
  ["exp(1000 g)", scope, /finite/],
  ["E(z, lik(z))", scope, /runs over/],
  ["E(z, lik(z))", { ...scope, E: { z: [{ weight: 1, z: 0 }] } }, /a function lik/],
  ["E(z, lik(z))", { ...scope, lik: () => undefined, E: { z: [{ weight: 1, z: 0 }] } }, /a value/],
  ["E(z, lik(z))", { ...scope, lik: () => 1, E: { z: [{ z: 0 }] } }, /weight/],
  ["E(z, lik(z))", { ...scope, lik: () => 1, E: { z: [] } }, /term/],
  ["sum(z, lik(z))", { ...scope, lik: () => 1, sum: { y: [1] } }, /list/],
  ["inv([1, 2; 2, 4])", scope, /singular/],
  ["d(lik(alpha), alpha)", { ...scope, lik: (x: number) => x }, /derivative/],
];

for (const [text, at, says] of worthless) {
  Deno.test(`value refuses: ${text} at ${Object.keys(at).length} names, ${says.source}`, () => {
    let cause: unknown, value: unknown;
    try {
      value = formula(text, notes).value(at);
    } catch (thrown) {
      cause = thrown;
    }
    if (!(cause instanceof RangeError || cause instanceof TypeError) || !says.test(cause.message)) {
      throw new Error(`${String(cause)} ${JSON.stringify(value)}`);
    }
  });
}
