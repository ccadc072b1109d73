import { type Figure, figure, type Step, type Trace } from "../../show/figure.ts";
import { gridTitle, gridTrace } from "../../show/grid.ts";
import { dots, line, panels, slider } from "../../show/panels.ts";
import { colors, inkOf } from "../../show/theme.ts";
import type { Matrix, Vector } from "../../math/types.ts";

/** The pictures of the VAE on digits. Images are rows of side² numbers in [0, 1], raster order. */

const paper: [number, string][] = [[0, "#f1f4f7"], [1, colors.black]];

/** An image as side rows. */
const square = (image: Vector): number[][] => {
  const side = Math.sqrt(image.length);
  if (!Number.isInteger(side)) {
    throw new RangeError(`Cannot draw an image: expected side × side pixels, got ${image.length}`);
  }
  return Array.from({ length: side }, (_, i) => Array.from(image).slice(i * side, (i + 1) * side));
};

/** A flat list of images (as in `digits().images`), or rows, as rows. */
function rowsOf(images: ArrayLike<number> | Matrix, pixels: number): number[][] {
  const list: readonly (number | Vector)[] = Array.from<number | Vector>(images);
  const flat = list.flatMap((item) => typeof item === "number" ? [item] : Array.from(item));
  return Array.from(
    { length: Math.floor(flat.length / pixels) },
    (_, n) => flat.slice(n * pixels, (n + 1) * pixels),
  );
}

const pictureTrace = (panel: number, z: readonly (readonly (number | null)[])[]): Trace => ({
  ...gridTrace(panel),
  z,
  zmin: 0,
  zmax: 1,
  colorscale: paper,
  xgap: 0,
  ygap: 0,
  hoverinfo: "skip",
});

/** Lists that must be as long as another. */
export function sameLength(doing: string, lists: Readonly<Record<string, ArrayLike<unknown>>>): number {
  const [[first, { length }], ...others] = Object.entries(lists);
  for (const [name, list] of others) {
    if (list.length !== length || length === 0) {
      throw new RangeError(
        `Cannot ${doing}: expected as many ${name} as ${first}, at least one, got ${list.length} and ${length}`,
      );
    }
  }
  return length;
}

/**
 * Images in a row, and below each what the model makes of it.
 *
 * @param number of the figure, e.g. "1.5"
 * @param originals flat (as in `digits().images`) or rows; the first twelve are shown
 * @param decoded n × pixels probabilities, in the same order: `reconstruct(model, originals)`
 */
export function reconstructions(
  number: string,
  originals: ArrayLike<number> | Matrix,
  decoded: Matrix,
): Figure {
  const images = rowsOf(originals, decoded[0]?.length ?? 64);
  const count = Math.min(12, sameLength("draw reconstructions", { originals: images, decoded }));
  const chunk = (from: number, to: number, list: Matrix) => {
    const pictures = list.slice(from, to).map(square);
    return pictures[0].map((_, i) => pictures.flatMap((p, n) => [...(n > 0 ? [null, null] : []), ...p[i]]));
  };
  const rows = [chunk(0, count, images), chunk(0, count, decoded)];
  const [high, wide] = [rows[0].length, rows[0][0].length];
  const titles = ["test images", "decoded from the mean of q(z | x)"];
  return figure({
    data: rows.map((z, r) => pictureTrace(r + 1, z)),
    ...panels(rows.map(() => ({ grid: [high, wide] as const })), {
      across: 1,
      narrowHeight: 190,
      notes: titles.map((title, r) => ({ ...gridTitle(r + 1, title), x: 0, xanchor: "left" })),
      margin: { l: 8, r: 8, t: 28, b: 8 },
    }),
    height: 230,
    caption:
      `**Figure ${number}.** Above: test images. Below: what is left of each after two numbers. Where the digit's shape is common it comes back; where it is unusual a more common digit stands in its place.`,
    description:
      `Two rows of ${count} pictures of digits, 8 by 8 pixels each: black and white originals above, their grey reconstructions below.`,
  });
}

/** Ten classes: the digit that stands for the point tells apart what colours do not. */
const classColors = [
  colors.blue,
  colors.orange,
  colors.green,
  colors.purple,
  colors.sky,
  colors.amber,
  colors.black,
  colors.grey,
  "#8c510a",
  "#5e3c99",
] as const;

/**
 * Test images at the means of their q(z | x), and the decoded image under a slider that walks z through the class
 * centres, six steps from one to the next.
 *
 * @param means n × 2: `encode(model, images).mean`
 * @param labels n classes 0 … 9
 * @param decodeAll decodes m × 2 points to m × pixels probabilities: `(z) => decode(model, z)`
 */
export function latentMap(
  number: string,
  means: Matrix,
  labels: ArrayLike<number>,
  decodeAll: (z: Matrix) => number[][],
): Figure {
  sameLength("draw the latent map", { means, labels });
  if (means.some((z) => z.length !== 2)) {
    throw new RangeError(
      `Cannot draw the latent map: expected means of 2 components, got ${
        means.find((z) => z.length !== 2)!.length
      }`,
    );
  }
  const classes = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const centres = classes.map((c) => centreOf(means.filter((_, n) => labels[n] === c)));
  const stops = walk(centres, 6);
  const pictures = decodeAll(stops).map(square), side = pictures[0].length;
  const reach = Math.max(...means.flat().map(Math.abs), ...stops.flat().map(Math.abs)) * 1.05;
  const named = classes.map((c, k): Trace => {
    const own = means.filter((_, n) => labels[n] === c);
    return {
      type: "scatter",
      mode: "text",
      x: own.map(([z1]) => z1),
      y: own.map(([, z2]) => z2),
      text: own.map(() => String(c)),
      textfont: { size: 11, color: inkOf(classColors[k % classColors.length]) },
      name: `digit ${c}`,
      hovertemplate: `a ${c} at (%{x:.2f}, %{y:.2f})<extra></extra>`,
    };
  });
  const place = named.length + 1;
  // A step restyles both traces by the same properties, so the image has its axes as lists, too.
  const slide: Step[] = stops.map(([z1, z2], s) => ({
    label: `(${z1.toFixed(2)}, ${z2.toFixed(2)})`.replaceAll("-", "−"),
    restyle: { x: [[z1], gridAxis(side)], y: [[z2], gridAxis(side)], z: [[], pictures[s]] },
    traces: [place, place + 1],
  }));
  const { x0: _x0, dx: _dx, y0: _y0, dy: _dy, ...grid } = pictureTrace(2, pictures[0]);
  const axis = (title: string) => ({ range: [-reach, reach], title, zeroline: true });
  return figure({
    data: [
      ...named,
      line(stops.map(([z1]) => z1), stops.map(([, z2]) => z2), {
        ...{ name: "the slider's path", hoverinfo: "skip", color: colors.grey, width: 1, dash: "dot" },
      }),
      dots([stops[0][0]], [stops[0][1]], {
        ...{ name: "z", hoverinfo: "skip", color: "#ffffff", size: 14, symbol: "circle" },
        ...{ edge: colors.black, bold: 2.5 },
      }),
      { ...grid, x: gridAxis(side), y: gridAxis(side) },
    ],
    ...panels([
      { share: 1.9, square: true, x: axis("z₁"), y: axis("z₂") },
      { title: "p(ink) decoded at z", grid: [side, side] },
    ], {
      gap: 0.08,
      narrowHeight: 700,
      margin: { t: 28, b: 100 },
      sliders: [slider("z = ", slide, 0)],
    }),
    height: 480,
    caption:
      `**Figure ${number}.** Each test image as its digit, at the mean of its $q(z\\mid x)$. Digits of one kind gather although no label was ever shown. Between two kinds the decoded image passes through shapes that are neither.`,
    description:
      `Left: ${means.length} test images at their latent means, written as their digits 0 to 9 in ten colours. Right: the image decoded at the ring. A slider moves the ring along a dotted path through the centres of the classes.`,
  });
}

const gridAxis = (side: number) => Array.from({ length: side }, (_, i) => i + 1);
const centreOf = (points: Matrix): number[] =>
  [0, 1].map((i) => points.reduce((sum, z) => sum + z[i], 0) / points.length);

/** From each point to the nearest one not yet visited, `pieces` equal steps each. */
function walk(points: Matrix, pieces: number): number[][] {
  const left = points.map((p) => [...p]), stops = [left.shift()!];
  while (left.length > 0) {
    const [a, b] = stops.at(-1)!;
    const distances = left.map(([x, y]) => Math.hypot(x - a, y - b));
    const [[x, y]] = left.splice(distances.indexOf(Math.min(...distances)), 1);
    for (let k = 1; k <= pieces; k++) stops.push([a + (x - a) * k / pieces, b + (y - b) * k / pieces]);
  }
  return stops;
}
