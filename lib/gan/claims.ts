import { flowState, trajectory, value } from "./dynamics.ts";
import { updateMatrix } from "./solution.ts";
import { difference } from "../math/difference.ts";
import { gaussianRationals, type Rational, rational, rationalMatrices, rationals } from "../math/exact.ts";
import type { ComplexOver } from "../math/field.ts";
import type { Random } from "../math/random.ts";
import { define, ledger } from "../proof/claim.ts";
import { proved } from "../proof/proved.ts";
import { alternating } from "./claims/alternating.ts";
import { continuous } from "./claims/continuous.ts";
import { characteristic, moved, rule, square, state, wrongMatrices } from "./claims/exact.ts";
import { game } from "./claims/formulas.ts";
import { otherRules } from "./claims/other_rules.ts";

/** The ledger of question 4: what is true of gradient descent/ascent on V(d, g) = d g, and how it is checked. */

const { add, sub, mul, neg, one, zero } = rationals;
const { apply, dot, determinant, identity, trace } = rationalMatrices;
const { sub: minus } = rationalMatrices;

const A = rule("simultaneous");

type Eigenvalues = (alpha: Rational) => ComplexOver<Rational>[];
const parts = (re: Rational, im: Rational): ComplexOver<Rational> => ({ re, im });

/** The state after k steps in closed form, scaled to the growth ρᵏ: turned by kφ. */
const closedForm = (alpha: number, v: readonly number[], k: number): number[] =>
  flowState(v, k * Math.atan(alpha));

export const claims = ledger(
  proved("4.1", {
    ...game,
    statement: (formula) => `One simultaneous update: ${formula}`,
    lines: [
      ["[d + alpha d(V, d); g - alpha d(V, g)]"],
      ["[d + alpha g; g - alpha d]", "definition of V"],
      ["[1, alpha; -alpha, 1] [d; g]"],
    ],
    mutants: {
      "g already uses the new d": "[1, alpha; -alpha, 1 - alpha^2] [d; g]",
      "d already uses the new g": "[1 - alpha^2, alpha; -alpha, 1] [d; g]",
      "both players climb": "[1, alpha; alpha, 1] [d; g]",
      "the change without the old state": "[0, alpha; -alpha, 0] [d; g]",
      "the players' roles swapped": "[1, -alpha; alpha, 1] [d; g]",
    },
  }),
  define("4.2.a", {
    statement:
      "For $\\alpha \\neq 0$ the map moves every point but $(0, 0)$: $(A - I) v = (\\alpha g, -\\alpha d)$, and $\\det(A - I) = \\alpha^2$",
    evidence: "exact",
    subject: {
      A,
      change: (alpha: Rational, [d, g]: readonly Rational[]) => [mul(alpha, g), neg(mul(alpha, d))],
    },
    instance: state,
    error: ({ A, change }, { alpha, v }) => {
      const shift = minus(A(alpha), identity(2));
      return Math.max(
        difference(apply(shift, v), change(alpha, v)),
        difference(determinant(shift), square(alpha)),
      );
    },
    mutants: {
      "d repeats itself: a line of fixed points": { A: (alpha) => [[one, zero], [neg(alpha), one]] },
      "a fixed point on the diagonal": {
        change: (alpha, [d, g]) => [mul(alpha, sub(g, d)), mul(alpha, sub(g, d))],
      },
      "both players climb": wrongMatrices["both players climb"],
    },
  }),
  define("4.2.b", {
    statement: "The map meant is the one of part 1 of this question",
    evidence: "editorial",
    aside: true,
    printed: {
      where: "4, part 2",
      fault: "slip of the pen",
      text: "The map is said to come from “6.1”; there is no such question.",
    },
  }),
  proved("4.2.c", {
    ...game,
    statement: (formula) =>
      `${formula}: the slopes vanish at $(0, 0)$ and nowhere else, so both readings of “stationary” name one point`,
    lines: [["[d(V, d); d(V, g)]"], ["[g; d]", "definition of V"]],
    mutants: { "each player's own variable": "[d; g]", "slopes that vanish on a line": "[d - g; d - g]" },
  }),
  define("4.2.d", {
    statement:
      "The point is a saddle of $V$: $V(s, s) = s^2$ rises on both sides of it, $V(s, -s) = -s^2$ falls",
    evidence: "exact",
    subject: { along: (s: Rational, slope: Rational) => mul(slope, square(s)) },
    instance: (random: Random, index: number) => state(random, index).v[0],
    error: ({ along }, s) =>
      Math.max(
        ...[one, neg(one)].map((slope) => difference(value(rationals, [s, mul(slope, s)]), along(s, slope))),
      ),
    mutants: {
      "a valley": { along: (s) => square(s) },
      "a hill": { along: (s) => neg(square(s)) },
      "flat": { along: () => zero },
    },
  }),
  define("4.2.e", {
    statement: "For $\\alpha = 0$ the map is the identity: every point stays where it is",
    evidence: "exact",
    aside: true,
    subject: { still: zero },
    instance: state,
    error: ({ still }, { v }) => difference(apply(A(still), v), v),
    mutants: { "a small learning rate": { still: rational(1, 1000) } },
  }),
  define("4.3.a", {
    statement:
      "The eigenvalues of $A$ are $1 \\pm i\\alpha$, the roots of $\\lambda^2 - 2\\lambda + 1 + \\alpha^2$",
    evidence: "exact",
    subject: {
      A,
      eigenvalues: ((alpha) => [parts(one, alpha), parts(one, neg(alpha))]) as Eigenvalues,
    },
    instance: state,
    error: ({ A, eigenvalues }, { alpha }) => {
      const M = A(alpha), [x, y] = eigenvalues(alpha), field = gaussianRationals;
      return Math.max(
        difference(characteristic(M, x), field.zero),
        difference(field.add(x, y), parts(trace(M), zero)),
        difference(field.mul(x, y), parts(determinant(M), zero)),
        difference([trace(M), determinant(M)], [rational(2), add(one, square(alpha))]),
      );
    },
    mutants: {
      "real eigenvalues $1 \\pm \\alpha$": {
        eigenvalues: (alpha) => [parts(add(one, alpha), zero), parts(sub(one, alpha), zero)],
      },
      "the 1 lost: $\\pm i\\alpha$": {
        eigenvalues: (alpha) => [parts(zero, alpha), parts(zero, neg(alpha))],
      },
      "one eigenvalue twice": { eigenvalues: (alpha) => [parts(one, alpha), parts(one, alpha)] },
      "the alternating matrix": { A: rule("alternating-d-first") },
    },
  }),
  proved("4.3.b", {
    ...game,
    statement: (formula) =>
      `${formula}: each step multiplies the norm by exactly $\\lvert\\lambda\\rvert = \\sqrt{1 + \\alpha^2}$, more than 1 for $\\alpha \\neq 0$`,
    lines: [
      ["norm(A [d; g])^2"],
      ["(A [d; g])' (A [d; g])", "norm as a product"],
      ["(1 + alpha^2) [d; g]' [d; g]", "definition of A"],
      ["(1 + alpha^2) norm([d; g])^2", "norm as a product"],
    ],
    mutants: {
      "the factor $1 + \\alpha$": "(1 + alpha) norm([d; g])^2",
      "the factor $1 - \\alpha^2$, a lost sign": "(1 - alpha^2) norm([d; g])^2",
      "the square of the factor": "(1 + alpha^2)^2 norm([d; g])^2",
    },
  }),
  define("4.3.c", {
    aside: true,
    statement:
      "Every step turns the state clockwise by $\\varphi = \\arctan \\alpha$: for $\\alpha \\neq 0$ and $v_0 \\neq 0$ the orbit is an outward spiral",
    evidence: "exact",
    subject: { A },
    instance: state,
    error: ({ A }, { alpha, v }) => {
      const next = apply(A(alpha), v), length = dot(v, v);
      // ‖v‖ ‖Av‖ times cosine and sine of the angle between v and A v
      const cosine = dot(v, next), sine = sub(mul(v[1], next[0]), mul(v[0], next[1]));
      return difference([cosine, sine], [length, mul(alpha, length)]);
    },
    mutants: { ...wrongMatrices, "counterclockwise": { A: (alpha) => [[one, neg(alpha)], [alpha, one]] } },
  }),
  define("4.3.j", {
    statement:
      "In closed form $d_k = \\rho^k (d_0 \\cos k\\varphi + g_0 \\sin k\\varphi)$ and $g_k = \\rho^k (g_0 \\cos k\\varphi - d_0 \\sin k\\varphi)$, with $\\rho = \\sqrt{1 + \\alpha^2}$, $\\varphi = \\arctan \\alpha$: an outward spiral for $\\alpha \\neq 0$ and $v_0 \\neq 0$",
    evidence: "closed form",
    subject: { closedForm, rho: (alpha: number) => Math.hypot(1, alpha) },
    instance: (random, index) => ({
      alpha: index === 0 ? 0 : index % 2 ? random.uniform(-2, 2) : random.normal(0, 5),
      v: [random.normal(), random.normal()],
      k: random.integer(60),
    }),
    error: ({ closedForm, rho }, { alpha, v, k }) => {
      const last = trajectory(updateMatrix("simultaneous", alpha), v, k)[k], scale = rho(alpha) ** k;
      return difference(last.map((x) => x / scale), closedForm(alpha, v, k));
    },
    mutants: {
      "the angle $\\alpha$ for its arctangent": {
        closedForm: (alpha, v, k) => closedForm(Math.tan(alpha), v, k),
      },
      "counterclockwise": { closedForm: (alpha, v, k) => closedForm(-alpha, v, k) },
      "one turn only": { closedForm: (alpha, v) => closedForm(alpha, v, 1) },
      "the squared factor": { rho: (alpha) => 1 + alpha ** 2 },
    },
  }),
  define("4.3.k", {
    statement:
      "The norm goes to infinity, a coordinate need not: for $\\alpha = 1$ and $v_0 = (1, 0)$, $d_k$ is 0 at $k = 2, 6, 10, \\dots$ and $\\pm 4^{k/4}$ at $k = 0, 4, 8, \\dots$",
    evidence: "exact",
    aside: true,
    subject: { A, every: 4, factor: rational(-4) },
    // four steps at α = 1 are a factor −4, from any start: the rest is repetition
    instance: (random: Random, index: number) => ({ v: state(random, index).v, m: 1 + random.integer(6) }),
    error: ({ A, every, factor }, { v, m }) => {
      const M = A(one), start = [one, zero];
      return Math.max(
        difference(moved(M, v, every), v.map((x) => mul(factor, x))),
        difference(moved(M, start, every * m + 2)[0], zero),
        difference(moved(M, start, every * m)[0], factor.pow(m)),
      );
    },
    mutants: {
      "every third step": { every: 3 },
      "without its sign": { factor: rational(4) },
      "g already uses the new d": wrongMatrices["g already uses the new d"],
    },
  }),
  ...continuous,
  ...alternating,
  ...otherRules,
);
