import {
  blindFraction,
  blindFractionFormula,
  blindSpot,
  type DepthOptions,
  dividePast,
  type FieldOptions,
  isPast,
  type LayerKind,
  mask,
  type Pixel,
  pixelName,
  pixelsOf,
  receptiveField,
  twoStackField,
  type TwoStackOptions,
} from "../mod.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { rational } from "../../math/exact.ts";
import { define } from "../../proof/claim.ts";
import { centreRowOnly, type Field, fieldOf, wrapped } from "../misconceptions/defects.ts";
import { pixels } from "./answer.ts";
import { firstA, names } from "./stacks.ts";

/** 2.8–2.10: more layers, and what they never see. */

const keptRows = { field: fieldOf((kind, k) => (kind === "A" ? mask : centreRowOnly)(kind, k)) };

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

export const depth = [
  define("2.8", {
    statement:
      "However deep $A B^{L-1}$ is, it never sees the pixel $r$ rows up and $c$ columns to the right if $c > r \\lfloor k/2 \\rfloor$, which the same layers without masks see once it is within their reach: a layer goes right only while it goes up. At 33, with $k = 3$, this blind spot is 25 for every $L \\ge 2$. A vertical and a horizontal stack together have none (counted for $L \\le 8$, $k = 3, 5$)",
    evidence: "exact",
    further: true,
    subject: { blind: blindSpot, slope: (k: number) => k >> 1, twoStacks: twoStackField },
    cases: [3, 5].flatMap((kernel) =>
      [2, 3, 4, 5, 6, 7, 8].flatMap((layers) =>
        pixels(5).map((target) => ({ masks: firstA(layers), grid: 5, kernel, target }))
      )
    ),
    error: ({ blind, slope, twoStacks }, stack) => {
      const { target, kernel, grid, masks } = stack, layers = masks.length, reach = layers * (kernel >> 1);
      const past = pixels(grid).filter((p) => isPast(p, target));
      const within = past.filter(([i, j]) => target[0] - i <= reach && Math.abs(target[1] - j) <= reach);
      const wedge = within.filter(([i, j]) =>
        i < target[0] && j - target[1] > slope(kernel) * (target[0] - i)
      );
      const cured = twoStacks({ layers, grid, kernel, target });
      return Math.max(
        failsUnless(names(blind(stack)) === names(wedge)),
        failsUnless(within.every(([i, j]) => cured[i][j] === 1)),
        failsUnless(pixelsOf(cured).every((p) => isPast(p, target))),
      );
    },
    mutants: {
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
  }),
  define("2.9", {
    statement:
      "Of the past that the layers would see without masks, $A B^{L-1}$ misses the fraction $\\frac{L-1}{4(Lr+1)}$, $r = \\lfloor k/2 \\rfloor$: for $k = 3$ it is 0, 1/12, 1/8, 3/20, … and tends to a quarter (counted for $L \\le 16$, and for $k = 5, 7$)",
    evidence: "exact",
    further: true,
    subject: { fraction: blindFractionFormula },
    cases: [[3, 16], [5, 8], [7, 5]].flatMap(([kernel, deepest]) =>
      Array.from({ length: deepest }, (_, l) => ({ layers: l + 1, kernel }))
    ),
    error: ({ fraction }, depth) => difference(blindFraction(depth), fraction(depth)),
    mutants: {
      "a quarter at every depth": { fraction: () => rational(1, 4) },
      "one layer too many": {
        fraction: ({ layers, kernel = 3 }: DepthOptions) =>
          rational(layers, 4 * (layers * (kernel >> 1) + 1)),
      },
      "the kernel's size left out": {
        fraction: ({ layers }: DepthOptions) => blindFractionFormula({ layers }),
      },
    },
  }),
  define("2.10", {
    aside: true,
    statement:
      "At the border A, then B sees: from 11 nothing, so that this output is a constant; from 13: 11, 12; from 15: 13, 14; from 51: 31, 32, 33, 41, 42; from 55: 33–35, 43–45, 53, 54. An earlier pixel that is not seen is either too far for two layers, which more layers B cure (twelve here), or blind, which no depth cures",
    evidence: "exact",
    further: true,
    subject: { divide: dividePast },
    cases: pixels(5),
    error: ({ divide }, target) => {
      const listed: Record<string, string> = {
        "11": "",
        "13": "11 12",
        "15": "13 14",
        "51": "31 32 33 41 42",
        "55": "33 34 35 43 44 45 53 54",
      };
      const { seen, tooShallow, blind } = divide({ masks: ["A", "B"], grid: 5, target });
      const now = receptiveField({ masks: ["A", "B"], grid: 5, target });
      const later = receptiveField({ masks: firstA(12), grid: 5, target });
      const byEye = listed[pixelName(target)] ?? names(seen);
      return Math.max(
        failsUnless(names(seen) === names(pixelsOf(now)) && names(seen) === byEye),
        failsUnless([...seen, ...tooShallow].every(([i, j]) => later[i][j] === 1)),
        failsUnless(blind.every(([i, j]) => later[i][j] === 0)),
        failsUnless(seen.length + tooShallow.length + blind.length === 5 * target[0] + target[1]),
      );
    },
    mutants: {
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
  }),
];
