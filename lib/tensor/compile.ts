import { backend as currentBackend, engine, Variable } from "@tensorflow/tfjs-core";
import { FastBackend, isWhole } from "./backend.ts";
import { heap } from "./dispatch.ts";
import { type Argument, asWritten, isTensor, Plan, type Result } from "./plan.ts";
import { noteWritten, perform, recording, refuse } from "./recording.ts";
import { refusal } from "./refusals.ts";

/** A compiled step: called like the function it was made of. */
export interface Compiled<Args extends readonly Argument[], R extends Result> {
  (...args: Args): R;
  /** Frees what the step keeps; it can't be called after that. */
  dispose(): void;
}

/** Different shapes and numbers a step is recorded for. */
const mostPlans = 8;

/**
 * step = compile(f): the same function, without tfjs. Its first calls run f and remember what is done to which
 * numbers; once two calls in a row did the same, later ones only do it again. The same bits as f, on one thread and
 * two, but for the sign of a 0 in a gradient under a constant mask. An optimizer's `minimize` may be inside.
 *
 * Tensors and numbers that change between calls must be f's arguments: f's own code does not run again, but at
 * calls 8, 16, 32, … to see whether anything has changed. Variables keep what they were trained to; draws
 * (`tf.randomNormal`, `randomNormal`, `tf.dropout` …) are drawn anew. Where f can't be replayed (it reads values,
 * keeps tensors, does other things at each call) it runs as it is written, and a warning says why, once.
 *
 * @param f of tensors and numbers; returns tensors (one, a list, an object of them) or nothing
 * @returns f, whose results are new tensors at each call, with `dispose()` for the memory it keeps
 * @throws TypeError where f is no function, an argument is neither, or f returns anything else
 */
export function compile<Args extends readonly Argument[], R extends Result>(
  f: (...args: Args) => R,
): Compiled<Args, R> {
  if (typeof f !== "function") throw refusal("compile a step", "a function", String(f), TypeError);
  const plans = new Map<string, Plan>();
  let said = false, alive = true;
  const say = (reason: string) => {
    if (!said) console.warn(`A compiled step runs as it is written: ${reason}`);
    said = true;
  };
  const any = f as unknown as (...args: readonly Argument[]) => Result;
  const plan = (backend: FastBackend, args: readonly Argument[]): Plan | undefined => {
    const key = args.map((x) => isTensor(x) ? `${x.dtype}[${x.shape}]` : Object.is(x, -0) ? "-0" : `${x}`)
      .join();
    const known = plans.get(key);
    if (known === undefined && plans.size >= mostPlans) {
      say(
        `it is called with more than ${mostPlans} kinds of shapes and numbers (a number that changes may be a tf.scalar)`,
      );
      return undefined;
    }
    const one = known ?? new Plan(backend, any, say);
    plans.set(key, one);
    return one;
  };
  const step = (...args: readonly Argument[]): Result => {
    const doing = "call a compiled step";
    if (!alive) throw refusal(doing, "one that is alive", "one that has been disposed of", Error);
    args.forEach((x, i) => {
      if (typeof x === "number" || isTensor(x) && !x.isDisposed) return;
      const got = isTensor(x) ? "a tensor that has been disposed of" : String(x);
      throw refusal(doing, `a tensor or a number as argument ${i + 1}`, got, TypeError);
    });
    const backend = currentBackend();
    // What tfjs's engine knows and does not show.
    const { state } = engine() as unknown as { state: { gradientDepth: number } };
    const variables = args.some((x) => x instanceof Variable);
    if (variables) say("an argument is a variable (a variable may be used without being one)");
    const apart = !variables && recording() === undefined && state.gradientDepth === 0 &&
      args.every((x) => !isTensor(x) || isWhole(x));
    const found = apart && backend instanceof FastBackend ? plan(backend, args) : undefined;
    return found === undefined ? asWritten(any, args) : found.call(args);
  };
  return Object.assign(step, {
    dispose() {
      alive = false;
      plans.forEach((one) => one.dispose());
      plans.clear();
    },
  }) as unknown as Compiled<Args, R>;
}

/** In a recorded step a variable is assigned to where it lies, so that the next call finds it there. */
export function assignInPlace() {
  const stock = Variable.prototype.assign;
  Variable.prototype.assign = function (value) {
    const backend = currentBackend();
    if (recording() === undefined || !(backend instanceof FastBackend)) return stock.call(this, value);
    const fits = value.dtype === this.dtype && `${value.shape}` === `${this.shape}`;
    if (!fits || this.dtype !== "float32" || backend.refCount(this.dataId) !== 1) {
      refuse("it assigns to a variable that has a clone, or is not of floats");
      return stock.call(this, value);
    }
    const from = backend.address(value) / 4, to = backend.address(this) / 4, { size } = this;
    noteWritten(this);
    const spans = [{ at: 4 * from, bytes: 4 * size }, { at: 4 * to, bytes: 4 * size, writes: true }];
    perform("assign", [from, to, size], () => heap.floats().copyWithin(to, from, from + size), { spans });
  };
}
