import { type Argument, compile, tf } from "lib/tensor/mod.ts";
import { backendName } from "../../../lib/tensor/backend.ts";
import { Chance } from "./chance.ts";
import { nextStep, type Pool, type Step } from "./operations.ts";
import { Training } from "./optimizers.ts";

/** Of the largest sum of absolute terms: a few roundings to float32. */
const tRounding = 8 * 2 ** -24;
/** Of what two roundings of the inputs change in tfjs-cpu's own result: no program can know it better. */
const tConditioning = 4;
/** Of a step's length: moments in float32 over the life of a variable. */
const tTraining = 2e-3;
const most = 24;

interface Known {
  readonly tensor: tf.Tensor;
  readonly values: Float32Array;
}

function useBackend(name: string) {
  void tf.setBackend(name);
  Object.assign(tf.backend(), { firstUse: false });
}

const sameBits = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
};

/** What tfjs-cpu makes of the same numbers by the textbook's form, or of numbers next to them. */
function onCpu(
  { inputs, run, textbook = run }: Step,
  nudge = 0,
): { shape: number[]; values: Float32Array }[] {
  const given = inputs.map((x) => ({
    shape: x.shape,
    values: (x.dataSync() as Float32Array).map((v, i) => v * (1 + (i % 2 === 0 ? nudge : -nudge))),
  }));
  useBackend("cpu");
  try {
    return tf.tidy(() => {
      const made = textbook(...given.map(({ shape, values }) => tf.tensor(values, shape)));
      return made.map((t) => ({ shape: t.shape, values: new Float32Array(t.dataSync()) }));
    });
  } finally {
    useBackend(backendName);
  }
}

/** Calls of a compiled step: as written, recorded, recorded again, replayed, and so on. */
const calls = 6;

/** A compiled operation gives the bits of the operation, for other numbers too. @returns whether it does */
function compiledAlike({ inputs, run }: Step, c: Chance): boolean {
  const step = compile((...x: Argument[]) => run(...x as tf.Tensor[])), warn = console.warn;
  console.warn = () => {};
  let same = true;
  for (let call = 0; call < calls; call++) {
    tf.tidy(() => {
      const given = inputs.map((x) => call % 2 === 0 ? x : tf.tensor(c.values(x.size), x.shape));
      const right = run(...given), got = step(...given) as tf.Tensor[];
      same &&= right.every((t, i) => sameBits(t.dataSync(), got[i].dataSync()));
    });
  }
  step.dispose();
  console.warn = warn;
  return same;
}

/**
 * A random program of `steps` operations, optimizer steps and disposals. Each result is compared with
 * tfjs-cpu's; all other tensors must keep their bits.
 *
 * @param check a look at the heap's fences
 * @throws Error at the first difference, with the seed and the step
 */
export function runProgram(seed: number, steps: number, check: () => void) {
  const c = new Chance(seed), known: Known[] = [], training = new Training(), before = tf.memory().numTensors;
  const hold = (tensor: tf.Tensor) => known.push({ tensor, values: new Float32Array(tensor.dataSync()) });
  let fresh: tf.Tensor[] = [];
  const pool: Pool = {
    any: () => c.pick(known).tensor,
    fresh(shape) {
      const x = tf.tensor(c.values(shape.reduce((n, d) => n * d, 1)), [...shape]);
      fresh.push(x);
      return x;
    },
  };
  for (let i = 0; i < 4; i++) hold(tf.tensor(c.values([1, 7, 24, 65][i]), [[], [7], [4, 6], [5, 13]][i]));
  for (let k = 0; k < steps; k++) {
    const fail = (what: string): never => {
      throw new Error(`Program ${seed}, step ${k}: ${what}`);
    };
    if (c.often(0.1)) {
      const error = training.step(c);
      if (!(error < tTraining)) fail(`an optimizer is off by ${error} of its step`);
    }
    const step = nextStep(c, pool), expected = onCpu(step);
    const made = tf.tidy(() => {
      if (c.often(0.2)) c.pick(known).tensor.add(1).square();
      return step.run(...step.inputs);
    });
    if (c.often(0.03) && !compiledAlike(step, c)) fail(`${step.name}, compiled, gives other bits`);
    made.forEach((t, i) => {
      const values = t.dataSync(), right = expected[i], bound = tRounding * (step.size ?? 4);
      const wobble = () => {
        const near = onCpu(step, 2 ** -23)[i].values;
        return tConditioning * near.reduce((most, v, j) => Math.max(most, Math.abs(v - right.values[j])), 0);
      };
      if (`${t.shape}` !== `${right.shape}`) {
        fail(`${step.name} gives shape ${t.shape}, tfjs-cpu ${right.shape}`);
      }
      for (let j = 0; j < values.length; j++) {
        const error = Math.abs(values[j] - right.values[j]);
        if (
          !(error <= bound + tRounding * Math.abs(right.values[j])) &&
          !Object.is(values[j], right.values[j]) && !(error <= wobble())
        ) {
          fail(
            `${step.name} gives ${values[j]}, tfjs-cpu ${right.values[j]} (${
              step.inputs.map((x) => `[${x.shape}]`)
            })`,
          );
        }
      }
      const useful = t.dtype === "float32" && t.size > 0 && t.size <= 400 && t.rank <= 4 &&
        values.every((x) => Math.abs(x) < 4);
      if (useful && !known.some(({ tensor }) => tensor === t)) hold(t);
      else if (!known.some(({ tensor }) => tensor === t)) t.dispose();
    });
    for (const x of fresh) if (x.size <= 400 && c.often(0.3) && !x.isDisposed) hold(x);
    for (const x of fresh) if (!known.some(({ tensor }) => tensor === x)) x.dispose();
    fresh = [];
    while (known.length > most) {
      const [{ tensor }] = known.splice(c.below(known.length), 1);
      tensor.dispose();
    }
    for (const { tensor, values } of k % 16 === 0 ? known : [c.pick(known)]) {
      if (!sameBits(tensor.dataSync(), values)) {
        fail(`${step.name} changed a bystander of shape [${tensor.shape}]`);
      }
    }
    if (k % 64 === 0) check();
  }
  tf.dispose(known.map(({ tensor }) => tensor));
  training.dispose();
  check();
  return tf.memory().numTensors - before;
}
