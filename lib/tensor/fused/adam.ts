import * as core from "@tensorflow/tfjs-core";
import { FastBackend } from "../backend.ts";
import { adamStep, borrow, heap } from "../dispatch.ts";
import type { Own, State, Update } from "../moments.ts";
import { noteWritten, perform, refuse } from "../recording.ts";
import { refusal } from "../refusals.ts";

/**
 * m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − lr (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε): Adam
 * (Kingma & Ba 2015), one kernel a variable instead of tfjs's fourteen; t counts a
 * variable's own updates.
 *
 * A variable is changed in place when nothing else holds its numbers; a clone of it never changes.
 *
 * @returns whether the backend could
 */
export function adamInOnePass(state: State, updates: readonly Update[]): boolean {
  const backend = core.backend();
  if (!(backend instanceof FastBackend)) return false;
  backend.attempt(() => stepAll(backend, state, updates));
  return true;
}

function stepAll(backend: FastBackend, state: State, updates: readonly Update[]) {
  const entries: { own: Own; size: number; pointers: number[] }[] = [];
  for (const { variable: theta, gradient, own, name } of updates) {
    const moments = ["m", "v"].map((letter, i) =>
      (own.moments[i] ??= {
        originalName: `${name}/${letter}`,
        variable: core.tidy(() => core.variable(core.zerosLike(theta), false)),
      }).variable
    );
    if (gradient === undefined || theta.size === 0) continue;
    const changed = [theta, ...moments].map((one) => ownPlace(backend, one));
    entries.push({ own, size: theta.size, pointers: [...changed, backend.address(gradient)] });
  }
  for (const { own, size, pointers } of entries) {
    borrow(28, (at) => {
      const parameters = () => heap.floats().set(parametersOf(state, own.age + 1), at / 4);
      perform("Adam", [at], parameters, { spans: [{ at, bytes: 28, writes: true }], ordered: true });
      adamStep(size, ...pointers, at);
    });
  }
}

/** Where a variable's numbers lie, which nothing else holds from now on: those of a clone are left to the clone. */
function ownPlace(backend: FastBackend, theta: core.Variable): number {
  const place = backend.address(theta);
  noteWritten(theta);
  if (backend.refCount(theta.dataId) === 1) return place;
  refuse("a variable it updates has a clone");
  core.tidy(() => theta.assign(core.tensor(theta.dataSync(), theta.shape)));
  return backend.address(theta);
}

/** The numbers of the t-th step; the learning rate may have changed since the last. */
const parametersOf = ({ beta1, beta2, learningRate, epsilon }: State, t: number) => [
  beta1,
  1 - beta1,
  beta2,
  1 - beta2,
  learningRate / (1 - beta1 ** t),
  1 / Math.sqrt(1 - beta2 ** t),
  epsilon,
];

/**
 * Adam as a tf.Optimizer, with tfjs's arguments and defaults.
 *
 * @param learningRate lr > 0
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the mean square, in [0, 1)
 * @param epsilon added to the root, by default the backend's 1e-7
 */
export function adam(learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon?: number): core.AdamOptimizer {
  for (const [name, value] of Object.entries({ learningRate, beta1, beta2, epsilon: epsilon ?? 0 })) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw refusal("make an Adam optimizer", `${name} finite and not negative`, `${value}`);
  }
  return new core.AdamOptimizer(learningRate, beta1, beta2, epsilon);
}
