import type { FieldOptions, LayerKind, MaskKind } from "../mod.ts";
import { allPixels, inputGradientsOfAll, mask, receptiveField } from "../mod.ts";
import type { StackOptions } from "../mod.ts";
import { correlate } from "../conv.ts";
import { inputGradients } from "../jacobian.ts";
import { type Tensor4D, tf } from "../tf.ts";
import { random } from "../../math/random.ts";

/** Defects that networks with masks have had, made again: wrong masks, dead units, indices that wrap. */

export type Taps = (kind: MaskKind, k: number) => number[][];
export type Field = (options: FieldOptions) => number[][];

export const centreRowOnly: Taps = (kind, k) =>
  mask(kind, k).map((line, i) => i > k >> 1 ? line.map(() => 1) : line);
/** Type B open below its centre row: the future. */
export const keptRows: Taps = (kind, k) => (kind === "A" ? mask : centreRowOnly)(kind, k);
export const firstRowCut: Taps = (kind, k) =>
  mask(kind, k).map((line, i) => i === 0 && k > 1 ? line.map(() => 0) : line);
export const reversed: Taps = (kind, k) => mask(kind, k).map((line) => line.toReversed()).toReversed();
export const countedFromZero: Taps = (kind, k) =>
  mask(kind, k).map((line, i) =>
    line.map((_, j) => {
      const centre = (k + 1) / 2;
      return +(i < centre || i === centre && (j < centre || j === centre && kind === "B"));
    })
  );

/** The three masks that published programs have got wrong. */
export const masks: Readonly<Record<string, { mask: Taps }>> = {
  "type B zeroes in the centre row only": { mask: keptRows },
  "the first row is cut off": { mask: firstRowCut },
  "the order of the pixels is reversed": { mask: reversed },
};

/** The path counts of a network with the masks `taps`, by differentiation: every weight is 1. */
const pathsOf = (taps: Taps): Field => ({ masks, grid, kernel = 3, target }) => {
  const layer = (kind: LayerKind, index: number) => {
    const k = typeof kernel === "number" ? kernel : kernel[index];
    const ones = kind === "none" ? mask("B", k).map((line) => line.map(() => 1)) : taps(kind, k);
    return tf.tensor4d(ones.flat(), [k, k, 1, 1]);
  };
  const network = (x: Tensor4D) =>
    masks.reduce((h, kind, index) => correlate(h, layer(kind, index)), tf.mul<Tensor4D>(x, 1));
  const image = Array.from({ length: grid }, () => new Array<number>(grid).fill(1));
  return inputGradients(network, image, [{ pixel: target }])[0];
};

/** Its receptive field. */
export const fieldOf = (taps: Taps): Field => (options) =>
  pathsOf(taps)(options).map((line) => line.map(Math.sign));

/** Its path counts for all targets in raster order. */
export const allPathsOf = (taps: Taps) => (stack: StackOptions): number[][][] =>
  allPixels(stack.grid).map((target) => pathsOf(taps)({ ...stack, target }));

/** The field of a stack that was changed first. */
export const changed = (change: (masks: readonly LayerKind[]) => LayerKind[]): Field => (options) =>
  receptiveField({ ...options, masks: change(options.masks) });

/** Derivatives of a network with weights of both signs and a ReLU: units are dead, and paths cancel. */
export function deadUnits(stack: StackOptions): number[][][] {
  const chance = random(4);
  return inputGradientsOfAll({
    ...stack,
    weight: () => Math.sign(chance.normal()),
    pixel: () => chance.uniform(-1, 1),
    activation: (x) => tf.relu<Tensor4D>(x),
  });
}

/** The field where a column index that leaves the grid wraps round to the other side. */
export const wrapped: Field = (options) => {
  const { grid, masks, target: [row, column] } = options, shift = masks.length * grid;
  const unrolled = receptiveField({
    ...options,
    grid: 2 * shift + grid,
    target: [row + shift, column + shift],
  });
  return Array.from(
    { length: grid },
    (_, i) =>
      Array.from(
        { length: grid },
        (_, j) => Number(unrolled[i + shift].some((x, c) => x === 1 && (c - j) % grid === 0)),
      ),
  );
};
