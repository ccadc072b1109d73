import {
  type Density,
  divergence,
  entropy,
  expectation,
  mixture1d,
  normal1d,
  pushforward,
} from "../../divergence.ts";
import { type Fit, fitForward, fitReverse, forwardKl, gradReverseKl, planar } from "../../flow.ts";
import type { BaseToData, DataToBase } from "../../flow/grants.ts";
import { forwardKlObjective, reverseKlObjective } from "../../flow/objective.ts";
import { scene, scenePlan } from "../../flow/scene.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { type Dual, duals, gradient } from "../../math/dual.ts";
import * as dual from "../../math/dual.ts";
import { inverse, matmul, transpose } from "../../math/linalg.ts";
import { integrate } from "../../math/quadrature.ts";
import type { Random } from "../../math/random.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../notebook/claim.ts";
import { mutants } from "../../zoo/flow.ts";

/** 3.2: the two objectives, what each needs, and what each does. */

const det = ([[a, b], [c, d]]: Matrix) => a * d - b * c;
const apply = (M: Matrix, v: readonly number[]) => M.map((row) => row[0] * v[0] + row[1] * v[1]);
const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/** E f(ε), ε ~ N(0, I₂), exact for polynomials of degree 5: three Gauss–Hermite points a coordinate. */
function planeMean(f: (e: [number, number]) => number): number {
  const nodes = [[-Math.sqrt(3), 1 / 6], [0, 2 / 3], [Math.sqrt(3), 1 / 6]];
  return nodes.reduce((sum, [x, wx]) => nodes.reduce((s, [y, wy]) => s + wx * wy * f([x, y]), sum), 0);
}

/** E f(ε), ε ~ N(0, 1), for polynomials exact to rounding: the trapezoid rule with step ¼. */
function lineMean(f: (e: number) => Dual<number>): Dual<number> {
  let total = duals.zero;
  for (let k = -52; k <= 52; k++) {
    const e = k / 4, weight = 0.25 * Math.exp(-0.5 * e * e - HALF_LOG_2PI);
    total = duals.add(total, duals.mul(duals.of(weight), f(e)));
  }
  return total;
}

const planeFlow = (random: Random) => ({
  A: [[random.uniform(0.8, 2), random.uniform(-0.7, 0.7)], [
    random.uniform(-0.7, 0.7),
    random.uniform(-2, -0.8),
  ]],
  b: random.normals(2),
  mean: random.normals(2),
  /** Data x = mean + L ε. */
  L: [[random.uniform(0.5, 1.5), 0], [random.normal(), random.uniform(0.5, 1.5)]],
});

/** KL(N(mean, L Lᵀ) ‖ N(b, A Aᵀ)) in the plane, the closed form. */
function klOfNormals({ A, b, mean, L }: ReturnType<typeof planeFlow>): number {
  const Q = inverse(matmul(A, transpose(A))), S = matmul(L, transpose(L)), gap = mean.map((m, i) => m - b[i]);
  const QS = matmul(Q, S), away = apply(Q, gap);
  const logRatio = Math.log(det(A) ** 2 / det(L) ** 2);
  return 0.5 * (QS[0][0] + QS[1][1] + away[0] * gap[0] + away[1] * gap[1] - 2 + logRatio);
}

/** log p̃(x) = −a x⁴ + b x² + c x: a density nobody has normalised. */
interface Quartic {
  a: number;
  b: number;
  c: number;
}
const energy = ({ a, b, c }: Quartic, x: Dual<number>) => {
  const { add, mul, of } = duals, square = mul(x, x);
  return add(add(mul(of(-a), mul(square, square)), mul(of(b), square)), mul(of(c), x));
};

const bumps = (a: number) => [{ weight: 0.5, mean: -a, sd: 1 }, { weight: 0.5, mean: a, sd: 1 }];
const found = new Map<number, { mode: Fit; centre: Fit }>();

/** Where the reverse fit of ½N(−a, 1) + ½N(a, 1) ends from the right bump, and from the forward fit. */
function reverseFits(a: number): { mode: Fit; centre: Fit } {
  const known = found.get(a) ?? {
    mode: fitReverse(bumps(a), { start: { mean: a, sd: 1 } }),
    centre: fitReverse(bumps(a), { start: { mean: 0, sd: Math.hypot(1, a) } }),
  };
  found.set(a, known);
  return known;
}

const mixtureAt = (random: Random, index: number) => {
  const at = [1, 2.4, 2.43, 2.79, 2.81, 4][index];
  const weight = random.uniform(0.2, 0.8);
  return {
    separation: at,
    mixture: at === undefined
      ? [
        { weight, mean: random.uniform(-2, 0), sd: random.uniform(0.4, 1.2) },
        { weight: 1 - weight, mean: random.uniform(0, 2), sd: random.uniform(0.4, 1.2) },
      ]
      : bumps(at),
  };
};

export const objectives = [
  define("3.2.a", {
    statement:
      "$\\mathrm{KL}(P_X \\,\\|\\, P_{F(U)}) = \\mathbb{E}_{p_X}[-\\log p_{F(U)}(X)] - h(X)$: what is left out does not depend on $\\theta$, provided that the entropy $h(X)$ is finite",
    evidence: "quadrature",
    subject: { constant: (data: Density, _model: Density) => -entropy(data) },
    instance: (random, index) => ({
      plan: scenePlan(random, index),
      // F after an affine map of the base: a flow of two more parameters
      theta: { mean: random.normal(0, 0.5), sd: random.uniform(0.6, 1.5) },
    }),
    error: ({ constant }, { plan, theta: { mean, sd } }) => {
      const { flow, data, logPx, overX } = scene(plan), model = pushforward(normal1d(mean, sd), flow);
      const crossEntropy = overX(logPx, (x) => -model.logDensity(x));
      return difference(divergence("kl", data, model), crossEntropy + constant(data, model));
    },
    mutants: mutants["3.2.a"],
  }),
  define("3.2.b", {
    statement:
      "$\\ldots = -\\mathbb{E}_{p_X}\\bigl[\\log p_U(F^{-1}(X)) + \\log\\lvert\\det J_{F^{-1}}(X)\\rvert\\bigr] + \\text{const}$: the determinant of the Jacobian, in absolute value",
    evidence: "quadrature",
    subject: { volume: (J: Matrix) => Math.abs(det(J)) },
    instance: planeFlow,
    error: ({ volume }, flow) => {
      const { A, b, mean, L } = flow, J = inverse(A), [x0, x1] = mean;
      const objective = -planeMean((e) => {
        const [d0, d1] = apply(L, e), u = apply(J, [x0 + d0 - b[0], x1 + d1 - b[1]]);
        return -2 * HALF_LOG_2PI - 0.5 * (u[0] ** 2 + u[1] ** 2) + Math.log(volume(J));
      });
      const entropyOfX = 2 * HALF_LOG_2PI + 1 + Math.log(Math.abs(det(L)));
      return difference(objective - entropyOfX, klOfNormals(flow));
    },
    mutants: mutants["3.2.b"],
    printed: {
      text: "$\\log\\lvert J_{F^{-1}}(x)\\rvert$ with a matrix between the bars.",
      counterexample: {
        "$J$": [[2, 0], [0, 0.5]],
        "$\\lvert\\det J\\rvert$": 1,
        "largest singular value": 2,
      },
      // the norm of this matrix is not the volume it makes of a unit square
      error: () => Math.abs(Math.log(2) - Math.log(Math.abs(det([[2, 0], [0, 0.5]])))),
    },
  }),
  define("3.2.c", {
    statement:
      "$\\mathrm{KL}(P_{F(U)} \\,\\|\\, P_X) = \\mathbb{E}_{p_U}\\bigl[\\log p_U(U) - \\log\\lvert\\det J_F(U)\\rvert - \\log p_X(F(U))\\bigr]$, where $\\mathbb{E} \\log p_U$ is constant in $\\theta$",
    evidence: "quadrature",
    subject: {
      inside: ({ logPu, logAbsDetF, logPx, F }: Parts, u: number) => logPu(u) - logAbsDetF(u) - logPx(F(u)),
    },
    instance: scenePlan,
    error: ({ inside }, plan) => {
      const setting = scene(plan), { base, flow, data, logPu, overU } = setting;
      const direct = divergence("kl", pushforward(base, flow), data);
      return Math.max(
        difference(overU(logPu, (u) => inside(setting, u)), direct),
        difference(overU(logPu, logPu), -HALF_LOG_2PI - 0.5),
      );
    },
    mutants: mutants["3.2.c"],
  }),
  define("3.2.d", {
    statement:
      "The reverse objective needs $\\log p_X$ only up to a constant: its gradient stays, whether it is taken through $F$ (with $\\nabla \\log p_X$) or by the score of the model (with values of $\\log p_X$ alone)",
    evidence: "closed form",
    subject: { known: (logPx: Dual<number>, constant: number) => duals.add(logPx, duals.of(constant)) },
    instance: (random) => ({
      quartic: { a: random.uniform(0.05, 0.3), b: random.normal(), c: random.normal() },
      theta: [random.uniform(-0.5, 0.3), random.normal(0, 0.5)],
      constant: random.uniform(-3, 3),
    }),
    error: ({ known }, { quartic, theta, constant }) => {
      const { add, sub, mul, of } = duals;
      const logPx = (x: Dual<number>) => known(energy(quartic, x), constant);
      // x = e^s u + t, so that log|det J| = s
      const through = gradient(
        ([s, t]) => sub(lineMean((u) => mul(of(-1), logPx(add(mul(dual.exp(s), of(u)), t)))), s),
        theta,
      );
      // E[(log q − log p_X) ∇ log q]: no derivative of p_X
      const [s, t] = theta;
      const score = [0, 1].map((i) =>
        lineMean((u) => {
          const logQ = -0.5 * u * u - HALF_LOG_2PI - s, slope = i === 0 ? u * u - 1 : u * Math.exp(-s);
          return mul(sub(of(logQ), energy(quartic, of(Math.exp(s) * u + t))), of(slope));
        }).value
      );
      return difference(through, score);
    },
    mutants: mutants["3.2.d"],
    printed: {
      text: "The reverse objective “only requires to evaluate $p_X$”.",
      counterexample: {
        "known": "$7 p_X$, and nowhere its integral",
        "change of the objective": -1.946,
        "change of its gradient": 0,
      },
      // the value can't be had from 7 p_X, the gradient can
      error: () => Math.log(7),
    },
  }),
  define("3.2.e", {
    statement:
      "Density without samples: the reverse divergence; samples without density: the forward one. Each objective runs with what its scenario grants and asks for nothing else",
    evidence: "exact",
    subject: {
      forward: forwardKlObjective as (
        data: Granted,
        flow: DataToBase<number>,
        us: readonly number[],
      ) => number,
      reverse: reverseKlObjective as (
        data: Granted,
        flow: BaseToData<number>,
        us: readonly number[],
      ) => number,
      choice: { densityOnly: "reverse", samplesOnly: "forward" } as Record<Scenario, Direction>,
    },
    instance: (random, index) => ({
      plan: scenePlan(random, index),
      xs: random.list(8, () => random.uniform(0.1, 2)),
      us: random.normals(8),
    }),
    error: (subject, { plan, xs, us }) => {
      const { logPu, inverse, F, logAbsDetF, logAbsDetInverse, logPx } = scene(plan);
      const flow = { logPu, inverse, logAbsDetInverse, forward: F, logAbsDet: logAbsDetF };
      const asked = (direction: Direction) => {
        const names = new Set<string>();
        const watched = {
          get samples() {
            return names.add("samples") && xs;
          },
          get logPx() {
            return names.add("logPx") && logPx;
          },
        };
        return Number.isFinite(subject[direction](watched, flow, us)) ? [...names] : [];
      };
      const { densityOnly, samplesOnly } = subject.choice;
      return Math.max(
        failsUnless(asked(densityOnly).join() === "logPx"),
        failsUnless(asked(samplesOnly).join() === "samples"),
      );
    },
    mutants: mutants["3.2.e"],
  }),
  define("3.2.f", {
    statement:
      "A planar map trains by forward KL only where it goes from data to base: then $F^{-1}$ is its forward pass; from base to data every data point asks for the inverse it does not have in closed form, and a folding map gives a “density” of mass above 1",
    evidence: "quadrature",
    subject: { toBase: dataToBase },
    instance: (random) => ({
      c: random.uniform(-0.9, 2),
      w: random.pick([-1, 1]) * random.uniform(0.5, 2),
      b: random.normal(),
    }),
    error: ({ toBase }, { c, w, b }) => {
      const { inverse, logAbsDetInverse, inversions } = toBase(c / w, w, b);
      const flow = { logPu: (u: number) => -HALF_LOG_2PI - u * u / 2, inverse, logAbsDetInverse };
      const logDensity = (x: number) => -forwardKlObjective({ samples: [x] }, flow);
      const mass = integrate((x) => Math.exp(logDensity(x)), -Infinity, Infinity, {
        breakpoints: [-b / w, -4, 4],
      });
      return Math.max(difference(mass, 1), failsUnless(inversions() === 0));
    },
    mutants: mutants["3.2.f"],
  }),
  define("3.2.g", {
    statement:
      "One normal fitted to a mixture: the forward fit matches mean and variance, and nothing else fits as well. The reverse fit has a broad centre minimum beside its modes: on $\\tfrac12 N(\\pm a, 1)$ there are none below $a = 2.41223$, and they win only above $2.80008$",
    evidence: "quadrature",
    further: true,
    subject: { forward: fitForward, appear: 2.41223, win: 2.80008 },
    instance: mixtureAt,
    error: ({ forward, appear, win }, { separation, mixture }) => {
      const { mean, sd } = forward(mixture), p = mixture1d(mixture);
      const moments = [expectation(p, (x) => x - mean), expectation(p, (x) => (x - mean) ** 2) - sd ** 2];
      const worse = forwardKl(mixture, { mean: mean + 0.05, sd: sd * 1.1 });
      const fits = Math.max(
        difference(moments, [0, 0]),
        failsUnless(worse > forwardKl(mixture, { mean, sd })),
      );
      if (separation === undefined) return fits;
      const { mode, centre } = reverseFits(separation);
      const slopes = [mode, centre].flatMap((fit) => Object.values(gradReverseKl(mixture, fit)));
      return Math.max(
        fits,
        difference(slopes, [0, 0, 0, 0]),
        failsUnless(mode.mean > 0.5 === separation > appear && Math.abs(centre.mean) < 1e-6),
        failsUnless(mode.kl < centre.kl - 1e-9 === separation > win),
      );
    },
    mutants: mutants["3.2.g"],
  }),
];

type Parts = Pick<ReturnType<typeof scene>, "logPu" | "logAbsDetF" | "logPx" | "F">;
type Direction = "forward" | "reverse";
type Scenario = "densityOnly" | "samplesOnly";
interface Granted {
  readonly samples: readonly number[];
  logPx(x: number): number;
}

/** The planar map x + u tanh(w x + b) as the way from data to base; counts how often it had to be inverted. */
function dataToBase(u: number, w: number, b: number) {
  const map = planar({ u: [u], w: [w], b });
  return {
    inverse: (x: number) => map.forward([x])[0],
    logAbsDetInverse: (x: number) => map.logAbsDet([x]),
    inversions: () => 0,
  };
}
