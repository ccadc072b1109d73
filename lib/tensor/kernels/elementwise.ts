import { advance, type Code, defineFunction, f32x4, i32, loopWhile, v128 } from "../../math/wasm.ts";
import * as on from "./vector.ts";
import { offStage, onStage, staged, type Vectors, vectors } from "./vector.ts";

/** Outputs from inputs (vectors of four) and parameters (one float, repeated). */
type Formula = (m: Vectors, x: readonly Code[], p: readonly Code[]) => readonly Code[];

export interface MapForm {
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: number;
  /** Whether each input may be one number: it then comes with a byte step of 0 instead of 32. */
  readonly broadcast: boolean;
  /** Whether it takes several times as long as the others; it then has one input, one output and no parameters. */
  readonly dear: boolean;
  readonly formula: Formula;
}

/** A kernel with one output and no parameters, whose inputs do not repeat, unless `more` says so. */
const form = (inputs: number, formula: Formula, more: Partial<MapForm> = {}): MapForm => ({
  ...{ inputs, outputs: 1, parameters: 0, broadcast: false, dear: false, formula },
  ...more,
});
const unary = (f: (m: Vectors, x: Code) => Code, dear = false) => form(1, (m, [x]) => [f(m, x)], { dear });
const binary = (f: (a: Code, b: Code) => Code) => form(2, (_, [a, b]) => [f(a, b)], { broadcast: true });

/**
 * The element-wise kernels, those of tfjs by its names: arguments are input addresses (for broadcasting ones each followed by
 * its step), output addresses, the count, the parameters. Outputs may be inputs (in place).
 */
export const maps = {
  abs: unary((_, x) => on.abs(x)),
  neg: unary((_, x) => on.neg(x)),
  exp: unary(on.exp, true),
  log: unary(on.log, true),
  log1p: unary(on.log1p, true),
  sqrt: unary((_, x) => on.sqrt(x)),
  rsqrt: unary((m, x) => on.div(m.k(1), on.sqrt(x))),
  reciprocal: unary((m, x) => on.div(m.k(1), x)),
  square: unary((_, x) => on.mul(x, x)),
  sigmoid: unary(on.sigmoid, true),
  tanh: unary(on.tanh, true),
  softplus: unary(on.softplus, true),
  relu: unary(on.relu),
  step: form(1, (m, [x], [low]) => [on.step(m, x, low)], { parameters: 1 }),
  leakyRelu: form(1, (m, [x], [a]) => [v128.select(on.mul(x, a), x, f32x4.lt(x, m.k(0)))], { parameters: 1 }),

  add: binary(on.add),
  sub: binary(on.sub),
  multiply: binary(on.mul),
  realDiv: binary(on.div),
  maximum: binary(on.max),
  minimum: binary(on.min),
  squaredDifference: form(2, (m, [a, b]) => {
    const difference = m.let(on.sub(a, b));
    return [on.mul(difference, difference)];
  }, { broadcast: true }),

  /** dy where y > 0: y is the output of relu. */
  reluGrad: form(2, (m, [dy, y]) => [on.mul(dy, on.step(m, y, m.k(0)))]),
  /** dy (1 − y²) */
  tanhGrad: form(2, (m, [dy, y]) => [on.mul(dy, on.sub(m.k(1), on.mul(y, y)))]),
  /** dy y (1 − y) */
  sigmoidGrad: form(2, (m, [dy, y]) => [on.mul(dy, on.mul(y, on.sub(m.k(1), y)))]),
  /** p */
  fill: form(0, (_, __, [p]) => [p], { parameters: 1 }),

  /**
   * m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − r m / (√v c + ε)
   * with r = lr / (1 − β₁ᵗ) and c = 1 / √(1 − β₂ᵗ); an m below 10⁻³⁰ becomes 0: the mean of a weight whose
   * gradient has died would otherwise end as a denormal, on which processors take a hundred times as long
   */
  adam: form(4, (m, [theta, mean, square, g], [b1, rest1, b2, rest2, rate, c, epsilon]) => {
    const exactMean = m.let(f32x4.madd(g, rest1, on.mul(mean, b1)));
    const nextMean = m.let(v128.andnot(exactMean, f32x4.lt(on.abs(exactMean), m.k(1e-30))));
    const nextSquare = m.let(f32x4.madd(on.mul(g, g), rest2, on.mul(square, b2)));
    const size = f32x4.madd(on.sqrt(nextSquare), c, epsilon);
    return [on.sub(theta, on.div(on.mul(nextMean, rate), size)), nextMean, nextSquare];
  }, { outputs: 3, parameters: 7 }),
} satisfies Record<string, MapForm>;

export type MapName = keyof typeof maps;

/** y = x, max(x, 0), 1 / (1 + e^{−x}) or tanh x: what may follow a product; a job names one by its place here. */
export const activations = ["linear", "relu", "sigmoid", "tanh"] as const;
export type Activation = typeof activations[number];

/** for i < n: (y₀, y₁, …)[i] = formula(x₀[i], x₁[i], …); eight at a time, the last eight run into padding. */
function mapFunction(name: string, map: MapForm, stage: number) {
  const { inputs, outputs, parameters, broadcast, dear, formula } = map;
  const named = (letter: string, count: number) => Array.from({ length: count }, (_, i) => letter + i);
  const xs = named("x", inputs), ys = named("y", outputs), ps = named("p", parameters);
  const params = [
    ...xs.flatMap((x) => broadcast ? [x, `${x}Step`] : [x]),
    ...[...ys, "n"],
    ...ps.map((p) => [p, "f32"] as const),
  ];
  return defineFunction(name, params, (p, f) => {
    const m = vectors(f), repeated = f.locals(parameters, "v128");
    const x = xs.map((name) => p[name]), y = ys.map((name) => p[name]);
    const four = (offset: number): Code => {
      const held = x.map((at) => m.let(v128.load(offset, at.value)));
      const results = formula(m, held, repeated.map((r) => r.value)).map((r) => m.let(r));
      return [m.statements(), results.map((r, i) => v128.store(offset, y[i].value, r))];
    };
    const one = (value: Code) => formula(m, [value], [])[0];
    const atATime = (floats: number, work: Code): Code =>
      loopWhile(
        i32.gt(p.n.value, i32.const(floats - 8)),
        work,
        x.map((at, i) => advance(at, broadcast ? p[`x${i}Step`].value : i32.const(4 * floats))),
        y.map((at) => advance(at, i32.const(4 * floats))),
        advance(p.n, i32.const(-floats)),
      );
    return [
      repeated.map((r, i) => r.set(f32x4.splat(p[ps[i]].value))),
      dear && stage !== 0 ? atATime(staged, [onStage(m, f, stage, x[0], one), offStage(stage, y[0])]) : [],
      atATime(8, [four(0), four(16)]),
    ];
  });
}

/** How to build each element-wise kernel, for a thread whose stage is at an address; 0: V8 does not join operations. */
export const mapBuilders = Object.fromEntries(
  Object.entries(maps).map(([name, map]) => [name, (stage: number) => mapFunction(name, map, stage)]),
) as Record<MapName, (stage: number) => ReturnType<typeof mapFunction>>;
