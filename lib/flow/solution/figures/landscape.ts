import { fitForward, fitReverse, type Gaussian } from "../../mod.ts";
import { type Figure, figure, type Layout, type Step, type Trace } from "../../../show/figure.ts";
import { dots, heat, line, note, panels, slider } from "../../../show/panels.ts";
import { bumps, klToBumps, rule } from "../../two_bumps.ts";
import { colors, sequential } from "../../../show/theme.ts";
import { grid } from "../../figures/parts.ts";

const means = grid(-4.6, 4.6, 40),
  sds = grid(Math.log(0.45), Math.log(5), 26).map(Math.exp),
  xs = grid(-7, 7, 70);

const density = (x: number, { mean, sd }: Gaussian) =>
  Number((Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI))).toFixed(4));

/** Exact to the eye. */
const ROUGH = rule(4);

/** For each sd the mean from which steepest descent in (mean, log sd) on the interpolated values ends in the mode. */
function border(
  values: readonly number[][],
  centre: Gaussian,
  mode: Gaussian,
): (readonly [number, number])[] {
  const rows = values.length, columns = values[0].length, middle = (columns - 1) / 2;
  const cell = { mean: means[1] - means[0], log: Math.log(sds[1] / sds[0]) };
  const value = (i: number, j: number) => {
    const [r, c] = [Math.min(Math.max(i, 0), rows - 1.001), Math.min(Math.max(j, 0), columns - 1.001)];
    const [k, l] = [Math.floor(r), Math.floor(c)], [s, t] = [r - k, c - l];
    return (1 - s) * ((1 - t) * values[k][l] + t * values[k][l + 1]) +
      s * ((1 - t) * values[k + 1][l] + t * values[k + 1][l + 1]);
  };
  const ends = [centre, mode].map(({ mean, sd }) =>
    [Math.log(sd / sds[0]) / cell.log, (mean - means[0]) / cell.mean] as const
  );
  const endsThere = (i: number, j: number): boolean => {
    for (let step = 0; step < 400; step++) {
      const end = ends.findIndex(([row, column]) => Math.hypot(i - row, j - column) < 1);
      if (end >= 0) return end === 1;
      const di = (value(i + 0.5, j) - value(i - 0.5, j)) / cell.log ** 2;
      const dj = (value(i, j + 0.5) - value(i, j - 0.5)) / cell.mean ** 2, length = Math.hypot(di, dj);
      if (length === 0) break;
      [i, j] = [i - 0.4 * di / length, j - 0.4 * dj / length];
    }
    return false;
  };
  return sds.flatMap((sd, i) => {
    let [low, high] = [middle, columns - 1];
    if (!endsThere(i, high)) return [];
    while (high - low > 0.05) {
      const between = (low + high) / 2;
      if (endsThere(i, between)) high = between;
      else low = between;
    }
    return [[means[0] + cell.mean * high, sd] as const];
  });
}

/** What a reverse fit can end in, and where the forward fit ends. */
function fits(a: number) {
  const mixture = bumps(a), forward = fitForward(mixture);
  const centre = fitReverse(mixture, { start: { mean: 0, sd: forward.sd } });
  const mode = fitReverse(mixture, { start: { mean: a, sd: 1 } });
  const modes = mode.mean > 0.5 ? [{ ...mode, mean: -mode.mean }, mode] : [];
  return { forward, centre: { ...centre, mean: 0 }, modes };
}

/** What one a puts into each of the eight traces: heat, borders, rings, diamond; mixture, and the fits' densities. */
function columnsAt(a: number) {
  const values = sds.map((sd) => means.map((mean) => klToBumps(a, { mean, sd }, ROUGH)));
  const { forward, centre, modes } = fits(a), minima = [centre, ...modes];
  const borders = modes.length > 0 ? border(values, centre, modes[1]) : [];
  const p = xs.map((x) => bumps(a).reduce((sum, part) => sum + part.weight * density(x, part), 0));
  return {
    z: [
      values.map((row) => row.map((v) => Number(Math.min(v, 3).toFixed(3)))),
      ...new Array<null>(7).fill(null),
    ],
    x: [
      means,
      [...borders.map(([mean]) => -mean), null, ...borders.map(([mean]) => mean)],
      minima.map((m) => m.mean),
      [forward.mean],
      xs,
      xs,
      xs,
      modes.flatMap(() => [...xs, null]),
    ],
    y: [
      sds,
      [...borders.map(([, sd]) => sd), null, ...borders.map(([, sd]) => sd)],
      minima.map((m) => m.sd),
      [forward.sd],
      p,
      xs.map((x) => density(x, forward)),
      xs.map((x) => density(x, centre)),
      modes.flatMap((m) => [...xs.map((x) => density(x, m)), null]),
    ],
  };
}

/** The eight traces as they are first shown. */
function tracesOf({ x, y, z }: ReturnType<typeof columnsAt>): Trace[] {
  const right = (k: number, color: string, name: string, more: Trace = {}) =>
    line(x[k], y[k], { panel: 2, color, name, ...more });
  return [
    heat(x[0] as number[], y[0], z[0] as number[][], {
      ...{ zsmooth: "best", coloraxis: "coloraxis", hoverinfo: "all" },
      hovertemplate: "mean %{x}<br>sd %{y}<br>reverse KL %{z} nats<extra></extra>",
    }),
    line(x[1], y[1], { color: colors.orange, hoverinfo: "skip" }),
    dots(x[2], y[2], {
      ...{ name: "minimum of the reverse KL", color: "#ffffff", size: 11, edge: colors.black },
    }),
    dots(x[3], y[3], {
      ...{ name: "forward fit", color: colors.green, size: 11, symbol: "diamond", edge: "#ffffff", bold: 1 },
    }),
    right(4, colors.grey, "mixture", { fill: "tozeroy", fillcolor: "rgba(138,148,160,0.2)" }),
    right(5, colors.green, "forward fit"),
    right(6, colors.black, "reverse fit, centre", { dash: "dash" }),
    right(7, colors.orange, "reverse fits, modes"),
  ];
}

/** Strongest in colour where the divergence is small; the scale stands beside the map. */
const scale = (place: Layout): Layout => ({
  coloraxis: {
    colorscale: sequential.map(([t], i) => [t, sequential[sequential.length - 1 - i][1]]),
    ...{ cmin: 0, cmax: 1.5 },
    colorbar: {
      ...{ title: { text: "nats", side: "top" }, tickvals: [0, 0.5, 1], thickness: 10, outlinewidth: 0 },
      ...place,
    },
  },
});

/** The landscape of the reverse KL over mean and sd, its basins and minima; the mixture and its fits. */
export function landscape(): Figure {
  const separations = [0.5, 1, 1.5, 2, 2.4, 2.5, 2.8, 3.2, 4], first = 5;
  const all = separations.map(columnsAt), initial = all[first];
  const slide: Step[] = separations.map((a, i) => ({
    label: String(a),
    restyle: all[i],
    traces: initial.x.map((_, k) => k),
  }));
  return figure({
    data: tracesOf(initial),
    ...panels([
      {
        ...{ title: "reverse KL, its minima and basins", share: 2.15 },
        x: { range: [-4.6, 4.6], title: "mean μ" },
        y: {
          ...{ type: "log", range: [Math.log10(0.45), Math.log10(5)], title: "standard deviation τ" },
          ...{ tickvals: [0.5, 1, 2, 4], ticktext: ["½", "1", "2", "4"] },
        },
      },
      { title: "fits", x: { range: [-7, 7], title: "x" }, y: { range: [0, 0.52], title: "density" } },
    ], {
      gap: 0.24,
      narrowHeight: 920,
      ...scale({ x: 0.53, len: 0.9 }),
      narrow: { ...scale({ x: 1, y: 0.72, len: 0.5 }), margin: { r: 56 } },
      notes: ([
        ["mixture", colors.grey],
        ["forward fit", colors.green],
        ["reverse: centre", colors.black],
        ["reverse: modes", colors.orange],
      ] as const).map(([text, color], k) =>
        note(text, 0.02, 0.98 - 0.06 * k, {
          ...{ color, xref: "x2 domain", yref: "y2 domain", xanchor: "left" },
        })
      ),
      sliders: [slider("½N(−a, 1) + ½N(a, 1),  a = ", slide, first)],
    }),
    height: 460,
    caption:
      "**Figure 3.9.** The reverse KL of one normal to two. Rings are its minima, orange lines part their basins of steepest descent, the diamond is the forward fit. Below $a = 2.41$ there is one minimum, and it is broad, though the target has two modes from $a = 1$ on; the two beside them appear later and do not replace it.",
    description:
      "Left: a heat map of the reverse KL over mean and standard deviation with minima and the borders of their basins. Right: the mixture with the forward fit, the broad reverse fit and, where they exist, the two narrow ones. A slider moves the half distance a of the bumps from 0.5 to 4; side minima exist from 2.5 on.",
  });
}
