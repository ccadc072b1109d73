import {
  type EncoderFamily,
  linearGaussian,
  nonlinearModel,
  scalarDegrees,
  type ScalarEncoderFamily,
} from "../mod.ts";
import { random } from "../../math/random.ts";
import { apply, transpose } from "../../math/linalg.ts";
import type { Matrix, Vector } from "../../math/types.ts";
import type { Normal } from "../../math/normal.ts";

/** Nested families of encoders, each fitted, and what a small change inside the family would still gain: for 1.2.i. */

/** A family at its optimum: what it gives point i, and the changes of that output which stay in the family. */
interface Fitted<Q> {
  encode(i: number): Q;
  moves: readonly ((i: number, q: Q, by: number) => Q)[];
}

/** Bounds by point: of each point's own optimum, and of every family's encoder, with what it has left to gain. */
interface Study {
  name: string;
  own: number[];
  families: { bounds: number[]; left: number }[];
}

/** By how much the families are short of their optima, along the first direction of each. */
type Case = (short: number) => Study;

function study<Q>(
  name: string,
  own: Vector,
  bound: (i: number, q: Q) => number,
  fitted: () => Fitted<Q>[],
): Case {
  const known = new Map<number, Study>();
  let fits: Fitted<Q>[] | undefined;
  return (short) => {
    const families = () =>
      (fits ??= fitted()).map(({ encode, moves }) => {
        const at = (i: number) => short === 0 ? encode(i) : moves[0](i, encode(i), short);
        const bounds = own.map((_, i) => bound(i, at(i)));
        const totalAfter = (move: typeof moves[number], by: number) =>
          own.reduce((sum, _, i) => sum + bound(i, move(i, at(i), by)), 0);
        const here = bounds.reduce((sum, b) => sum + b, 0), step = 1e-3;
        // a Newton step along one direction: half the slope's square over the curvature
        const gains = moves.map((move) => {
          const up = totalAfter(move, step), down = totalAfter(move, -step);
          const slope = (up - down) / (2 * step), curvature = (2 * here - up - down) / step ** 2;
          return curvature > 0 ? slope ** 2 / (2 * curvature) : Infinity;
        });
        return { bounds, left: Math.max(...gains) };
      });
    const made = known.get(short) ?? { name, own: [...own], families: families() };
    known.set(short, made);
    return made;
  };
}

function scalar(name: string, decoder: (z: number) => number, sigma: number, xs: Vector): Case {
  const model = nonlinearModel({ decoder, sigma });
  type Q = ReturnType<typeof model.fitPosterior>;
  return study<Q>(
    name,
    xs.map((x) => model.elbo(x, model.fitPosterior(x))),
    (i, q) => model.elbo(xs[i], q),
    () =>
      (Object.keys(scalarDegrees) as ScalarEncoderFamily[]).map((family) => {
        const encode = model.fitEncoder(xs, family), [ofMean, ofLogSd] = scalarDegrees[family];
        const powers = (degree: number) => Array.from({ length: degree + 1 }, (_, j) => j);
        return {
          encode: (i) => encode(xs[i]),
          moves: [
            ...powers(ofMean).map((j) => (i: number, q: Q, by: number) => ({
              ...q,
              mean: q.mean + by * xs[i] ** j,
            })),
            ...powers(ofLogSd).map((j) => (i: number, q: Q, by: number) => ({
              ...q,
              sd: q.sd * Math.exp(by * xs[i] ** j),
            })),
          ],
        };
      }),
  );
}

const theta = { W: [[1, 0.5], [-0.3, 0.8], [0.7, 0.6]], b: [0.1, -0.2, 0.3], sigma2: 0.4 };
const linear = linearGaussian(theta);

function vector(name: string, xs: Matrix, families: readonly EncoderFamily[]): Case {
  const shift = (q: Normal, by: Vector): Normal => ({ ...q, mean: q.mean.map((m, k) => m + by[k]) });
  const unit = (k: number, size: number) => [0, 1].map((j) => j === k ? size : 0);
  const constants = [0, 1].map((k) => (_: number, q: Normal, by: number) => shift(q, unit(k, by)));
  const gains = [
    (i: number, q: Normal, by: number) =>
      shift(q, apply(transpose(theta.W), xs[i].map((x, d) => by * (x - theta.b[d])))),
  ];
  const slopes = [0, 1].flatMap((k) =>
    [0, 1, 2].map((d) => (i: number, q: Normal, by: number) => shift(q, unit(k, by * xs[i][d])))
  );
  const moves = { constant: constants, gain: gains, linear: slopes, affine: [...constants, ...slopes] };
  return study<Normal>(
    name,
    xs.map((x) => linear.elbo(x, linear.fitPosterior(x))),
    (i, q) => linear.elbo(xs[i], q),
    () =>
      families.map((family) => {
        const encode = linear.fitEncoder(xs, family);
        return { encode: (i) => encode(xs[i]), moves: moves[family] };
      }),
  );
}

const chance = random(12);

/** Decoders that bend; a linear one on fixed points and on 200 random sets of points. */
export const cases: readonly Case[] = [
  scalar("tanh(1.5 z) + 0.3 z", (z) => Math.tanh(1.5 * z) + 0.3 * z, 0.35, [-1.3, -0.6, 0, 0.35, 0.8, 1.5]),
  scalar("z + 0.3 z²", (z) => z + 0.3 * z * z, 0.8, [-1, 0.2, 1.1, 2.5]),
  vector("linear, 3 × 2", [[0.9, 0.4, 1.2], [-1, 0.3, -0.6], [0.1, -0.2, 0.3], [2, -1.5, 0]], [
    "constant",
    "affine",
  ]),
  ...Array.from({ length: 200 }, (_, i) => {
    const poorer = (["constant", "gain", "linear"] as const)[i % 3];
    return vector(`${poorer}, then affine`, chance.normalMatrix(2 + i % 7, 3), [poorer, "affine"]);
  }),
];
