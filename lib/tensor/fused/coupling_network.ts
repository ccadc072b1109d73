import type { Tensor, Tensor1D, Tensor2D, TensorInfo } from "@tensorflow/tfjs-core";
import type { FastBackend } from "../backend.ts";
import { borrow, panelWidth, runBlocks, sumBlocks } from "../dispatch.ts";
import { header, layer, mostLayers, perLayer, scratchBytes } from "../network.ts";
import { index } from "../programs.ts";
import { type Activation, activations } from "./activation.ts";
import type { Moves } from "./coupling.ts";
import { describe, expectFit, expectOneOf, expectTensor } from "./kernel.ts";
import { type Gradients, type Keep, runRecorded } from "./record.ts";

/** h ↦ f(h W + b): W inputs × outputs, b outputs, f by default "linear". */
export interface DenseLayer {
  readonly W: Tensor2D;
  readonly b: Tensor1D;
  readonly activation?: Activation;
}

/** The sizes of a coupling and where its tensors lie. */
interface Plan {
  readonly rows: number;
  readonly D: number;
  readonly d: number;
  readonly moves: Moves;
  readonly layers: readonly DenseLayer[];
}

/** Rows that a thread takes through the network at once: few enough for its cache, many enough for the panels. */
const blockRows = (rows: number) => rows >= 512 ? 128 : rows > 128 ? 64 : rows > 64 ? 32 : 16;

const round16 = (n: number) => 16 * Math.ceil(n / 16);

/** A job without its addresses of x, y and gradients. */
function jobOf({ rows, D, d, moves, layers }: Plan, backend: FastBackend, values: readonly TensorInfo[]) {
  const job = new Array<number>(header.list).fill(0);
  [job[header.rows], job[header.block], job[header.layers]] = [rows, blockRows(rows), layers.length];
  [job[header.width], job[header.columns], job[header.moved]] = [panelWidth(), D, d];
  job[header.last] = moves === "last" ? 1 : 0;
  let share = 0;
  layers.forEach(({ W, b, activation = "linear" }, i) => {
    const [inputs, outputs] = W.shape, dW = 4 * share, db = dW + 4 * round16(inputs * outputs);
    share += round16(inputs * outputs) + round16(outputs);
    const kind = activations.indexOf(activation);
    job.push(
      backend.address(W),
      backend.address(b),
      inputs,
      outputs,
      kind,
      backend.address(values[i]),
      dW,
      db,
    );
  });
  job[header.shareSize] = 4 * share;
  return job;
}

/** Multiplications of a pass forwards: a pass backwards has twice as many. */
const workOf = ({ rows, layers }: Plan) =>
  layers.reduce((sum, { W }) => sum + rows * W.shape[0] * W.shape[1], 0);

function withScratch(plan: Plan, job: number[], use: () => void) {
  const widest = Math.max(...plan.layers.map(({ W }) => Math.max(...W.shape)));
  const bytes = scratchBytes(blockRows(plan.rows), widest, Math.max(plan.d, plan.D - plan.d));
  borrow(2 * bytes, (scratch) => {
    [job[header.scratch], job[header.scratchSize]] = [scratch, bytes];
    use();
  });
}

const blocksOf = (plan: Plan) => Math.ceil(plan.rows / blockRows(plan.rows));

function forward(plan: Plan, x: Tensor2D, backend: FastBackend) {
  const values = plan.layers.map(({ W }) => backend.reserve([plan.rows, W.shape[1]]));
  const y = backend.reserve(x.shape), logAbsDet = backend.reserve([plan.rows]);
  const job = jobOf(plan, backend, values);
  [job[header.x], job[header.y], job[header.logAbsDet]] = [backend.address(x), y.address, logAbsDet.address];
  withScratch(plan, job, () => runBlocks(index.couplingForward, job, blocksOf(plan), workOf(plan)));
  return { results: [y, logAbsDet], held: values };
}

function backward(
  plan: Plan,
  x: Tensor2D,
  values: readonly TensorInfo[],
  [dy, dLog]: Tensor[],
  backend: FastBackend,
): Record<string, TensorInfo> {
  const dx = backend.reserve(x.shape), job = jobOf(plan, backend, values), blocks = blocksOf(plan);
  const found: Record<string, TensorInfo> = { x: dx };
  [job[header.x], job[header.dx]] = [backend.address(x), dx.address];
  [job[header.dy], job[header.dLog]] = [backend.address(dy), backend.address(dLog)];
  withScratch(plan, job, () =>
    borrow(blocks * job[header.shareSize], (shares) => {
      job[header.shares] = shares;
      runBlocks(index.couplingBackward, job, blocks, 2 * workOf(plan));
      plan.layers.forEach(({ W, b }, i) => {
        const dW = backend.reserve(W.shape), db = backend.reserve(b.shape), at = header.list + perLayer * i;
        sumBlocks(shares + job[at + layer.dW], job[header.shareSize], blocks, W.size, dW.address);
        sumBlocks(shares + job[at + layer.db], job[header.shareSize], blocks, b.size, db.address);
        [found[`W${i}`], found[`b${i}`]] = [dW, db];
      });
    }));
  return found;
}

/** All gradients come from one pass, whichever is asked for first. */
function gradients(
  plan: Plan,
  x: Tensor2D,
  values: readonly TensorInfo[],
  dy: Tensor[],
  backend: FastBackend,
  keep: Keep,
): Gradients {
  let found: Record<string, TensorInfo> | undefined;
  const all = () => {
    if (found === undefined) {
      found = backward(plan, x, values, dy, backend);
      Object.values(found).forEach(keep);
    }
    return found;
  };
  const keys = ["x", ...plan.layers.flatMap((_, i) => [`W${i}`, `b${i}`])];
  return Object.fromEntries(keys.map((key) => [key, () => all()[key]]));
}

/** @throws TypeError, RangeError unless the layers lead from the kept columns of x to two numbers a moved one */
function planOf(doing: string, x: Tensor2D, layers: readonly DenseLayer[], moves: Moves): Plan {
  if (layers.length < 1 || layers.length > mostLayers) {
    throw new RangeError(`Cannot ${doing}: expected 1 … ${mostLayers} layers, got ${layers.length}`);
  }
  layers.forEach((given, i) => {
    if (typeof given !== "object" || given === null) {
      throw new TypeError(`Cannot ${doing}: expected layer ${i} to have W and b, got ${describe(given)}`);
    }
    const { W, b, activation = "linear" } = given;
    expectTensor(doing, `W of layer ${i}`, W, 2);
    expectTensor(doing, `b of layer ${i}`, b, 1);
    expectFit(doing, W.shape[1] === b.shape[0], [`W of layer ${i}`, W], [`b of layer ${i}`, b]);
    expectOneOf(doing, `activation of layer ${i}`, activation, activations);
    const before = layers[i - 1]?.W;
    if (before === undefined) return;
    expectFit(doing, before.shape[1] === W.shape[0], [`W of layer ${i - 1}`, before], [`W of layer ${i}`, W]);
  });
  const first = layers[0].W, last = layers[layers.length - 1].W, [rows, D] = x.shape, d = last.shape[1] / 2;
  expectFit(doing, Number.isInteger(d) && d > 0 && d < D, ["x", x], [
    `W of layer ${layers.length - 1}`,
    last,
  ]);
  expectFit(doing, first.shape[0] === D - d, ["x", x], ["W of layer 0", first]);
  return { rows, D, d, moves, layers };
}

/** The coupling and its network as one kernel, one tape node, one job a pass. */
export function networkCoupling(
  doing: string,
  x: Tensor2D,
  layers: readonly DenseLayer[],
  moves: Moves,
): { y: Tensor2D; logAbsDet: Tensor1D } {
  const plan = planOf(doing, x, layers, moves), inputs: Record<string, Tensor> = { x };
  layers.forEach(({ W, b }, i) => [inputs[`W${i}`], inputs[`b${i}`]] = [W, b]);
  const [y, logAbsDet] = runRecorded("CouplingNetwork", inputs, {
    forward: (backend) => forward(plan, x, backend),
    backward: (dy, { held = [] }, backend, keep) => gradients(plan, x, held, dy, backend, keep),
  });
  return { y: y as Tensor2D, logAbsDet: logAbsDet as Tensor1D };
}
