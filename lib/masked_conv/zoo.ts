import type { DepthOptions, FieldOptions, LayerKind, Pixel, TwoStackOptions } from "./mod.ts";
import {
  blindFractionFormula,
  dividePast,
  isPast,
  mask,
  minkowskiField,
  pixelsOf,
  receptiveField,
  twoStackField,
} from "./mod.ts";
import { rational } from "../math/exact.ts";
import {
  allPathsOf,
  centreRowOnly,
  changed,
  countedFromZero,
  deadUnits,
  type Field,
  fieldOf,
  firstRowCut,
  masks,
  reversed,
  type Taps,
  wrapped,
} from "./zoo/defects.ts";
import { misconceptionsOf } from "./zoo/pictures.ts";

/** Broken variants of the claims about masked convolutions, and the wrong pictures that feedback names. */

/** Wrong answers by the answer's name; `says` tells how many pixels are wrong and why, never which. */
export const misconceptions = {
  fieldAA: misconceptionsOf("A", "A"),
  fieldAB: misconceptionsOf("A", "B"),
  fieldBA: misconceptionsOf("B", "A"),
  fieldBB: misconceptionsOf("B", "B"),
};

/** Every wrong picture, and the wrong masks, under which the right picture is wrong. */
const wrong = (known: readonly { name: string; answer(): string[] }[]) => ({
  "masks that zero in the centre row only": { mask: centreRowOnly },
  "the first row is cut off": { mask: firstRowCut },
  "the order of the pixels is reversed": { mask: reversed },
  ...Object.fromEntries(known.map(({ name, answer }) => [name, { picture: answer() }])),
});

const mirrored = (change: (pixel: Readonly<Pixel>, grid: number) => Pixel): Field => (options) => {
  if (!options.flip) return receptiveField(options);
  const { grid } = options;
  const straight = receptiveField({ ...options, flip: false, target: change(options.target, grid) });
  return straight.map((line, i) =>
    line.map((_, j) => {
      const [row, column] = change([i, j], grid);
      return straight[row][column];
    })
  );
};

type Divided = ReturnType<typeof dividePast>;
const dividedBy = (field: Field) => (options: FieldOptions): Divided => {
  const { tooShallow, blind } = dividePast(options);
  return { seen: pixelsOf(field(options)).filter((p) => isPast(p, options.target)), tooShallow, blind };
};

/** Past pixels in the unmasked field that `field` does not hold. */
const blindOf = (field: Field) => (options: FieldOptions): Pixel[] => {
  const seen = field(options), masks = options.masks.map((): LayerKind => "none");
  return pixelsOf(receptiveField({ ...options, masks }))
    .filter((p) => isPast(p, options.target) && seen[p[0]][p[1]] === 0);
};

const exchangedKinds: Taps = (kind, k) => mask(kind === "A" ? "B" : "A", k);
const keptRows = { field: fieldOf((kind, k) => (kind === "A" ? mask : centreRowOnly)(kind, k)) };

export const mutants = {
  "2.0.a": {
    ...masks,
    "indices start at 0": { mask: countedFromZero },
    "A and B exchanged": { mask: exchangedKinds },
  },
  "2.0.b": {
    "weights of both signs with a ReLU: dead units lose pixels": { byNetwork: deadUnits },
    ...Object.fromEntries(
      Object.entries(masks).map(([name, { mask }]) => [name, { byNetwork: allPathsOf(mask) }]),
    ),
    "the offsets of one layer only": {
      byOffsets: (options: FieldOptions) => minkowskiField({ ...options, masks: options.masks.slice(0, 1) }),
    },
    "layers without masks": { byLayers: changed((masks) => masks.map(() => "none")) },
  },
  "2.1": wrong(misconceptions.fieldAA),
  "2.2": wrong(misconceptions.fieldAB),
  "2.3": wrong(misconceptions.fieldBA),
  "2.4": wrong(misconceptions.fieldBB),
  "2.5": {
    "type B without its mask": {
      field: changed((masks) => masks.map((kind) => kind === "B" ? "none" : kind)),
    },
    "the first layer alone": { field: changed((masks) => masks.slice(0, 1)) },
    "the output layer without its mask": { field: changed((masks) => [...masks.slice(0, -1), "none"]) },
  },
  "2.6": {
    "B, B taken for a model": { isCausal: () => true },
    "only a first layer of type A counts": { isCausal: (masks: readonly LayerKind[]) => masks[0] === "A" },
    "type B zeroes in the centre row only": keptRows,
    "the order of the pixels is reversed": { field: fieldOf(reversed) },
  },
  "2.7": {
    "a path may rest in a layer of type A": { fewestMoves: () => 0 },
    "a path may not rest at all": { fewestMoves: (masks: readonly LayerKind[]) => masks.length },
    "A sees its own pixel": { field: changed((masks) => masks.map((kind) => kind === "A" ? "B" : kind)) },
    "type B zeroes in the centre row only": keptRows,
  },
  "2.8": {
    "a column more a row": { slope: (k: number) => (k >> 1) + 1 },
    "the slope of a 3 × 3 kernel for all": { slope: () => 1 },
    "a third layer cures it": {
      blind: (options: FieldOptions) => options.masks.length > 2 ? [] : blindOf(receptiveField)(options),
    },
    "type B zeroes in the centre row only": { blind: blindOf(keptRows.field) },
    "one stack in the place of two": {
      twoStacks: ({ layers, ...rest }: TwoStackOptions) =>
        receptiveField({ ...rest, masks: Array.from({ length: layers }, (_, l) => l === 0 ? "A" : "B") }),
    },
    "the vertical stack passed on without its shift": {
      twoStacks: (options: TwoStackOptions) => {
        const [row, column] = options.target, field = twoStackField(options);
        return field.map((line, i) => line.map((x, j) => i === row && j >= column ? 1 : x));
      },
    },
  },
  "2.9": {
    "a quarter at every depth": { fraction: () => rational(1, 4) },
    "one layer too many": {
      fraction: ({ layers, kernel = 3 }: DepthOptions) => rational(layers, 4 * (layers * (kernel >> 1) + 1)),
    },
    "the kernel's size left out": {
      fraction: ({ layers }: DepthOptions) => blindFractionFormula({ layers }),
    },
  },
  "2.10": {
    "column indices wrap round": { divide: dividedBy(wrapped) },
    "blind called too far": {
      divide: (options: FieldOptions): Divided => {
        const { seen, tooShallow, blind } = dividePast(options);
        return { seen, tooShallow: [...tooShallow, ...blind], blind: [] };
      },
    },
    "too far called blind": {
      divide: (options: FieldOptions): Divided => {
        const { seen, tooShallow, blind } = dividePast(options);
        return { seen, tooShallow: [], blind: [...tooShallow, ...blind] };
      },
    },
  },
  "2.11": {
    "the kernel is not flipped": {
      field: (options: FieldOptions) => receptiveField({ ...options, flip: false }),
    },
    "flipped left to right only": { field: mirrored(([i, j], n) => [i, n - 1 - j]) },
    "flipped upside down only": { field: mirrored(([i, j], n) => [n - 1 - i, j]) },
  },
  "2.12": {
    "a third layer changes nothing": { field: changed((masks) => masks.slice(0, 2)) },
    "every third layer is unmasked": {
      field: changed((masks) => masks.map((kind, layer) => layer < 2 ? kind : "none")),
    },
    "the order never counts": { field: changed((masks) => masks.toSorted()) },
  },
} as const;
