import { adam, tf } from "lib/tensor/mod.ts";
import type { Chance } from "./chance.ts";

const rate = 0.05, epsilon = 1e-7;

/** A step of each optimizer in float64: from g and what is remembered of a variable to its change. */
const formulas = {
  adam(g: number, m: Memory, i: number, t: number) {
    const mean = m.update(0, i, (old) => 0.9 * old + 0.1 * g) / (1 - 0.9 ** t);
    const square = m.update(1, i, (old) => 0.999 * old + 0.001 * g * g) / (1 - 0.999 ** t);
    return -rate * mean / (Math.sqrt(square) + epsilon);
  },
  adamax(g: number, m: Memory, i: number, t: number) {
    const mean = m.update(0, i, (old) => 0.9 * old + 0.1 * g);
    const size = m.update(1, i, (old) => Math.max(0.99 * old, Math.abs(g)));
    return -rate / (1 - 0.9 ** t) * mean / (size + epsilon);
  },
  momentum: (g: number, m: Memory, i: number) => -rate * m.update(0, i, (old) => 0.8 * old + g),
  rmsprop(g: number, m: Memory, i: number) {
    const square = m.update(0, i, (old) => 0.9 * old + 0.1 * g * g);
    return -m.update(1, i, (old) => 0.5 * old + rate * g / Math.sqrt(square + epsilon));
  },
  adagrad: (g: number, m: Memory, i: number) =>
    -rate * g / Math.sqrt(m.update(0, i, (old) => old + g * g) + 0.1 + epsilon),
  sgd: (g: number) => -rate * g,
};
type Kind = keyof typeof formulas;

const make: Record<Kind, () => tf.Optimizer> = {
  adam: () => adam(rate),
  adamax: () => tf.train.adamax(rate, 0.9, 0.99),
  momentum: () => tf.train.momentum(rate, 0.8),
  rmsprop: () => tf.train.rmsprop(rate, 0.9, 0.5),
  adagrad: () => tf.train.adagrad(rate, 0.1),
  sgd: () => tf.train.sgd(rate),
};

class Memory {
  age = 0;
  private readonly lists: Float64Array[];
  constructor(n: number) {
    this.lists = [new Float64Array(n), new Float64Array(n)];
  }
  update(list: number, i: number, f: (old: number) => number): number {
    return this.lists[list][i] = f(this.lists[list][i]);
  }
}

/** Variables and optimizers of a program; each optimizer updates any of the variables, in any order. */
export class Training {
  readonly variables: tf.Variable[] = [];
  private optimizers: { kind: Kind; optimizer: tf.Optimizer; memories: Map<tf.Variable, Memory> }[] = [];

  /** One update, or a birth, a death, an assignment. @returns the largest error against the formula, in steps */
  step(c: Chance): number {
    if (this.variables.length < 2 || (this.variables.length < 6 && c.often(0.1))) {
      const n = c.pick([0, 1, 3, 5, 8, 17, 40]);
      this.variables.push(tf.tidy(() => tf.variable(tf.tensor1d(c.values(n)))));
    }
    if (this.optimizers.length < 1 || (this.optimizers.length < 4 && c.often(0.1))) {
      const kind = c.pick(Object.keys(make) as Kind[]);
      this.optimizers.push({ kind, optimizer: make[kind](), memories: new Map() });
    }
    if (c.often(0.05)) this.variables.splice(c.below(this.variables.length), 1)[0].dispose();
    if (c.often(0.05)) this.optimizers.splice(c.below(this.optimizers.length), 1)[0].optimizer.dispose();
    if (c.often(0.1) && this.variables.length > 0) {
      const v = c.pick(this.variables);
      tf.tidy(() => v.assign(tf.tensor1d(c.values(v.size))));
    }
    const chosen = this.variables.filter(() => c.often(0.6)),
      trained = this.optimizers[0] && c.pick(this.optimizers);
    return trained === undefined || chosen.length === 0 ? 0 : this.update(c, trained, chosen);
  }

  /** minimize Σ ½ (v − 1)² over the chosen: the gradient is v − 1. */
  private update(
    c: Chance,
    { kind, optimizer, memories }: Training["optimizers"][number],
    chosen: tf.Variable[],
  ) {
    const before = chosen.map((v) => v.dataSync()),
      clones = chosen.map((v) => c.often(0.3) ? v.clone() : undefined);
    const loss = () => tf.addN(chosen.map((v) => v.sub(1).square().sum())).mul(0.5).asScalar();
    optimizer.minimize(loss, false, [...chosen].sort(() => c.uniform() - 0.5));
    let worst = 0;
    chosen.forEach((v, k) => {
      const memory = memories.get(v) ?? new Memory(v.size);
      memories.set(v, memory);
      memory.age++;
      const after = v.dataSync(), kept = clones[k]?.dataSync();
      before[k].forEach((x, i) => {
        const expected = x + formulas[kind](x - 1, memory, i, memory.age);
        worst = Math.max(worst, Math.abs(after[i] - expected) / (rate * (1 + Math.abs(expected))));
        if (kept !== undefined && kept[i] !== x) worst = Infinity;
      });
      clones[k]?.dispose();
    });
    return worst;
  }

  dispose() {
    tf.dispose(this.variables);
    for (const { optimizer } of this.optimizers) optimizer.dispose();
  }
}
