import type { LayerKind, MaskKind, Pixel } from "../mod.ts";
import { isPast, pictureOf, receptiveField } from "../mod.ts";
import { setting, targetName } from "../setting.ts";
import { centreRowOnly, type Field, fieldOf, firstRowCut } from "./defects.ts";

/** Wrong pictures of the field of this year's target, each with its cause. */

type Rows = readonly string[];
type Wrong = [name: string, words: string, picture: string[]];

const { grid, kernel, target } = setting;

/** The picture that a stack's field makes on the grid of the question. */
const paint = (
  masks: readonly LayerKind[],
  field: Field = receptiveField,
  at: Readonly<Pixel> = target,
): string[] => pictureOf(field({ masks, grid, kernel, target: at }));
const all = (kind: LayerKind): LayerKind[] => [kind, kind];

/** A picture with pixel (i, j) taken from elsewhere. */
const reread = (rows: Rows, from: (i: number, j: number) => Pixel): string[] =>
  rows.map((row, i) =>
    [...row].map((_, j) => {
      const [row, column] = from(i, j);
      return rows[row][column];
    }).join("")
  );
/** A picture in which the pixel `down` rows below and `right` columns after the target is shaded too. */
const with1 = (rows: Rows, [down, right]: Readonly<Pixel>): string[] => {
  const row = target[0] + down, column = target[1] + right;
  return rows.map((line, i) => i === row ? `${line.slice(0, column)}1${line.slice(column + 1)}` : line);
};
/** The picture moved: what comes in at the border is outside. */
const moved = (rows: Rows, [down, right]: Readonly<Pixel>): string[] =>
  rows.map((row, i) => [...row].map((_, j) => rows[i - down]?.[j - right] ?? "0").join(""));
/** The picture without the pixels that `isCut` names. */
const without = (rows: Rows, isCut: (i: number, j: number) => boolean): string[] =>
  rows.map((row, i) => [...row].map((x, j) => isCut(i, j) ? "0" : x).join(""));
const exchanged = (rows: Rows) => rows.map((row) => row.replace(/./g, (x) => x === "1" ? "0" : "1"));
const past = paint([]).map((row, i) => [...row].map((_, j) => isPast([i, j], target) ? "1" : "0").join(""));

/** The pixels up and left of the target, as far as two windows that end on their own pixel reach. */
const upAndLeft = past.map((row, i) =>
  [...row].map((_, j) => {
    const [up, left] = [target[0] - i, target[1] - j], reach = 2 * (kernel - 1);
    return +(up >= 0 && left >= 0 && Math.max(up, left) <= reach && up + left > 0);
  }).join("")
);

/** The same with the moves that each layer's type allows. */
function topLeft(masks: readonly LayerKind[]): string[] {
  const moves = (kind: LayerKind) =>
    Array.from({ length: kernel ** 2 }, (_, k): Pixel => [Math.floor(k / kernel), k % kernel])
      .filter(([up, left]) => kind !== "A" || up + left > 0);
  return past.map((row, i) =>
    [...row].map((_, j) => {
      const [up, left] = [target[0] - i, target[1] - j];
      return +moves(masks[0]).some(([a, b]) =>
        moves(masks[1]).some(([c, d]) => a + c === up && b + d === left)
      );
    }).join("")
  );
}

/** Where the target's name leads when it is read from 0; at the border one pixel back. */
const next: Pixel = target.every((x) => x + 1 < grid)
  ? [target[0] + 1, target[1] + 1]
  : [target[0] - 1, target[1] - 1];

/** What is wrong with the types of the layers. */
function wrongTypes(first: MaskKind, second: MaskKind): Wrong[] {
  const twice = first === second, which = "which tap makes the difference between A and B?";
  return [
    ["no masks", "This is the field of two layers without masks.", paint(all("none"))],
    [
      "A sees its own pixel",
      twice
        ? "Here both layers see their own pixel, as type B does."
        : `Here layer A sees its own pixel: ${which}`,
      paint(all("B")),
    ],
    [
      "B does not see its own pixel",
      `Here ${twice ? "neither layer sees" : "layer B does not see"} its own pixel: ${which}`,
      paint(all("A")),
    ],
    [
      "one layer of the other type",
      first === "A"
        ? "Here one of the two layers sees its own pixel, as type B does."
        : "Here one of the two layers does not see its own pixel, as type A does not.",
      paint(["A", "B"]),
    ],
    [
      "first layer alone",
      `This is what ${
        twice ? "one layer" : "one layer of the first type"
      } sees: follow what it sees through the other layer too.`,
      paint([first]),
    ],
    [
      "second layer alone",
      "This is what one layer of the second type sees: follow what it sees through the first layer too.",
      paint([second]),
    ],
    [
      "only the first layer masked",
      `The mask is left out in ${twice ? "one of the two layers" : "the second layer"}.`,
      paint([first, "none"]),
    ],
    ["only the second layer masked", "The mask is left out in the first layer.", paint(["none", second])],
    ...(first === "A" && twice
      ? [
        [
          "a third layer",
          "This is the field of three layers of type A: here are two.",
          paint(["A", "A", "A"]),
        ] as Wrong,
      ]
      : []),
  ];
}

const ownRow = `The row of ${targetName} is left out: does a mask see nothing of it?`;
const itself =
  `Pixel ${targetName} itself is shaded: is there a path from it to itself through these two layers?`;

/** What is wrong with the moves, whatever the types. */
function wrongMoves(masks: readonly LayerKind[], right: Rows): Wrong[] {
  return [
    [
      "the pixel itself",
      itself,
      with1(right, [0, 0]),
    ],
    [
      "one move, to the left",
      "A pixel is shaded that one move reaches, but not two: count the moves of its path.",
      with1(right, [0, -1]),
    ],
    [
      "one move, to the right",
      "A pixel is shaded that no path of exactly two moves reaches: write its path down.",
      with1(right, [-1, kernel >> 1]),
    ],
    [
      "top-left padding",
      `Here nothing right of ${targetName} is seen, as if all of the padding stood at the top left and each window ended on its own pixel. A kernel's centre lies on its pixel: where are the taps of the row above?`,
      topLeft(masks),
    ],
    [
      "top-left padding, the pixel left out",
      `This is the rectangle up and left of ${targetName}, the pixel left out: as if all of the padding stood at the top left. A kernel's centre lies on its pixel: where are the taps of the row above?`,
      upAndLeft,
    ],
    [
      "flipped kernel",
      "The kernel was flipped, as in a true convolution, or the paths were followed forwards: look from the output back to the input, with the kernel as it stands.",
      paint(masks, (options) => receptiveField({ ...options, flip: true })),
    ],
    [
      "rows from right to left",
      "Each row is read from right to left here; raster order runs from left to right.",
      reread(right, (i, j) => [i, grid - 1 - j]),
    ],
    [
      "rows from bottom to top",
      "The rows are read from bottom to top here; raster order runs from top to bottom.",
      reread(right, (i, j) => [grid - 1 - i, j]),
    ],
    [
      "rows and columns exchanged",
      "Rows and columns are exchanged: a mask's first index counts rows, and so does a pixel's.",
      reread(right, (i, j) => [j, i]),
    ],
    [
      "the whole past",
      `Every pixel before ${targetName} in raster order is shaded: that is what a model may use. Does each of them have a path?`,
      past,
    ],
    [
      "the whole past and the pixel",
      `Every pixel up to ${targetName} in raster order is shaded: does each of them have a path?`,
      with1(past, [0, 0]),
    ],
    [
      "first row cut",
      "The first row of the mask is left out here: read it again.",
      paint(masks, fieldOf(firstRowCut)),
    ],
    [
      "rows below kept",
      "Pixels below are seen here: a mask is zero in every row below its centre.",
      paint(masks, fieldOf(centreRowOnly)),
    ],
    [
      "another pixel",
      `This is the field of another pixel: the indices in ${targetName} start at 1.`,
      paint(masks, receptiveField, next),
    ],
    ...[[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]].map((step): Wrong => [
      "off by one pixel",
      "The whole picture is off by one pixel: where does counting begin, and which pixel is the target?",
      moved(right, step as [number, number]),
    ]),
    ...cut(right),
    ["own row left out", ownRow, without(right, (i) => i === target[0])],
    [
      "nothing to the right",
      `Here nothing right of ${targetName} is seen: a mask keeps the whole of the rows above its centre.`,
      without(right, (_, j) => j > target[1]),
    ],
    [
      "marks exchanged",
      "The marks are exchanged: 1 stands for inside the field, 0 for outside.",
      exchanged(right),
    ],
  ];
}

/** The picture cut at the grid's border, or at that of one layer's window. */
function cut(rows: Rows): Wrong[] {
  const cuts = [
    (i: number, j: number) => Math.min(i, j) === 0 || Math.max(i, j) === grid - 1,
    (i: number) => i === 0,
    (_: number, j: number) => j === 0,
    (_: number, j: number) => j === grid - 1,
    (_: number, j: number) => j === 0 || j === grid - 1,
    (i: number, j: number) => i === 0 || j === 0,
    (i: number, j: number) => i === 0 || j === grid - 1,
    (i: number, j: number) => Math.max(Math.abs(i - target[0]), Math.abs(j - target[1])) > kernel >> 1,
    (_: number, j: number) => Math.abs(j - target[1]) > kernel >> 1,
    (i: number) => Math.abs(i - target[0]) > kernel >> 1,
  ];
  return cuts.map((isCut) => [
    "cut at the border",
    "The field is cut at the border: a path may begin on any pixel of the grid, also on its rim.",
    without(rows, isCut),
  ]);
}

/** A stack of wrong types, and the picture of it wrong as well. */
const twice = (first: MaskKind, second: MaskKind): Wrong[] =>
  wrongTypes(first, second).flatMap(([, types, picture]) =>
    [
      ...cut(picture),
      ["own row left out", ownRow, without(picture, (i) => i === target[0])] as Wrong,
      ["the pixel itself", itself, with1(picture, [0, 0])] as Wrong,
    ].map(([, move, both]): Wrong => ["two slips", `Two slips at once. ${types} ${move}`, both])
  );

/**
 * The wrong pictures of a stack of two: each differs from the right one and from all others, and says why it is
 * wrong, never where or by how much.
 */
export function misconceptionsOf(first: MaskKind, second: MaskKind) {
  const right = paint([first, second]), seen = new Set([right.join()]);
  const known = [];
  for (
    const [name, words, picture] of [
      ...wrongTypes(first, second),
      ...wrongMoves([first, second], right),
      ...twice(first, second),
    ]
  ) {
    if (seen.has(picture.join())) continue;
    seen.add(picture.join());
    known.push({ name, says: words, answer: (): string[] => [...picture] });
  }
  return known;
}
