import { type Figure, figure } from "./figure.ts";
import { line } from "./panels.ts";
import { colors } from "./theme.ts";

/** A curve of a figure with a legend. */
interface Curve {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly color: keyof typeof colors;
  readonly dash?: "dash" | "dot";
  /** Points as well as lines. */
  readonly points?: boolean;
}

interface Axis {
  readonly title: string;
  readonly log?: boolean;
  readonly range?: readonly [number, number];
}

const axisOf = ({ title, log = false, range }: Axis, values: readonly number[]) => ({
  title,
  type: log ? "log" : "linear",
  ...range ? { range } : log ? ticksOf(values) : {},
});

/** Few different values are named themselves, two decades by 1, 2 and 5, more by whole powers. */
function ticksOf(values: readonly number[]) {
  const few = [...new Set(values)], low = Math.min(...few), high = Math.max(...few);
  const between = Array.from({ length: 40 }, (_, k) => [1, 2, 5].map((x) => Number(`${x}e${k - 20}`))).flat()
    .filter((x) => x > low / 1.3 && x < high * 1.3);
  const tickvals = few.length <= 8 ? few : high / low < 150 ? between : undefined;
  return tickvals && { tickvals, ticktext: tickvals.map(String) };
}

/** Curves over one pair of axes, named in a legend above them. */
export function curves(
  { x, y, lines, caption, description, height = 340 }: {
    x: Axis;
    y: Axis;
    lines: readonly Curve[];
    caption: string;
    description: string;
    height?: number;
  },
): Figure {
  return figure({
    data: lines.map(({ name, x, y, color, dash, points = false }) =>
      line(x, y, {
        ...{ name, color: colors[color], dash: dash ?? "solid", mode: points ? "lines+markers" : "lines" },
        hovertemplate: `${name}<br>%{x}, %{y}<extra></extra>`,
      })
    ),
    layout: {
      xaxis: axisOf(x, lines.flatMap((line) => line.x)),
      yaxis: axisOf(y, lines.flatMap((line) => line.y)),
      showlegend: true,
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    },
    ...{ height, caption, description },
  });
}
