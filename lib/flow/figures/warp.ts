import { compose } from "../compose.ts";
import { planar } from "../planar.ts";
import { affineCoupling, linear, radial, type VectorFlow } from "../vector.ts";
import { type Figure, figure, panelTitle, type Step, type Trace } from "../../show/figure.ts";
import { line, panels, slider } from "../../show/panels.ts";
import { colors } from "../../show/theme.ts";
import { grid } from "./parts.ts";

/** Maps of the plane, one after the other. */
const MAPS: readonly { name: string; flow: VectorFlow }[] = [
  { name: "linear", flow: linear({ A: [[1.1, 0.4], [-0.3, 0.9]], b: [0, 0] }) },
  { name: "planar", flow: planar({ u: [1.2, -0.6], w: [1.4, 0.9], b: 0.3 }) },
  {
    name: "coupling",
    flow: affineCoupling({ logScale: (z) => 0.6 * Math.tanh(z), shift: (z) => 0.9 * Math.sin(z) }),
  },
  { name: "radial", flow: radial({ z0: [0.8, 0.4], alpha: 0.8, beta: 1.6 }) },
];
const REACH = 2, FAR = 5.2;

type Line = readonly (readonly [number, number])[];
const along = grid(-REACH, REACH, 40);
const lines: readonly Line[] = grid(-REACH, REACH, 8).flatMap((c): Line[] => [
  along.map((t) => [t, c] as const),
  along.map((t) => [c, t] as const),
]);
const circles: readonly Line[] = [1, 2].map((r) =>
  grid(0, 2 * Math.PI, 72).map((t) => [r * Math.cos(t), r * Math.sin(t)] as const)
);
/** A small square whose area is followed, and its middle. */
const SIDE = 0.25, CORNER = [0.5, 0.25] as const;
const square: Line = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]].flatMap(([a, b], k, all) => {
  const [c, d] = all[Math.min(k + 1, all.length - 1)];
  return grid(0, 1, 6).map((s) =>
    [CORNER[0] + SIDE * (a + s * (c - a)), CORNER[1] + SIDE * (b + s * (d - b))] as const
  );
});

/** Half of the sum of cross products around a closed line: the area inside. */
const areaOf = (line: Line) =>
  Math.abs(
    line.reduce((sum, [x, y], k) => {
      const [a, b] = line[(k + 1) % line.length];
      return sum + x * b - a * y;
    }, 0),
  ) / 2;

/** A grid of the plane, two circles of the base and a small square, after 0, 1, 2, 3, 4 maps. */
export function warpedPlane(): Figure {
  const first = 2;
  const states = Array.from({ length: MAPS.length + 1 }, (_, n) => {
    const flow = n === 0 ? undefined : compose(...MAPS.slice(0, n).map(({ flow }) => flow));
    const sent = (line: Line): Line => line.map((u) => (flow ? flow.forward(u) : u) as [number, number]);
    const joined = (list: readonly Line[]) => {
      const points = list.flatMap((line) => [...sent(line), null]);
      return { x: points.map((p) => p && p[0]), y: points.map((p) => p && p[1]) };
    };
    const middle = CORNER.map((c) => c + SIDE / 2);
    const grown = areaOf(sent(square)) / SIDE ** 2, predicted = Math.exp(flow?.logAbsDet(middle) ?? 0);
    return {
      label: n === 0 ? "none" : MAPS[n - 1].name,
      lines: joined(lines),
      circles: joined(circles),
      square: joined([square]),
      says: `the square: area × ${grown.toFixed(2)}<br>|det J| = ${predicted.toFixed(2)}`,
    };
  });
  const order = ["lines", "circles", "square"] as const;
  const looks: readonly Trace[] = [
    { color: "#a9b4c0", width: 1 },
    { color: colors.blue, name: "circles of the base" },
    { color: colors.orange, name: "the square", fill: "toself", fillcolor: "rgba(213,94,0,0.35)" },
  ];
  const drawn = (n: number, panel: number): Trace[] =>
    order.map((key, k) => {
      // of the square the numbers are told, of the grid they would be noise
      const told = key === "square" ? {} : { hoverinfo: "skip" };
      return line(states[n][key].x, states[n][key].y, { ...looks[k], ...told, panel });
    });
  const slide: Step[] = states.map((state) => ({
    label: state.label,
    restyle: { x: order.map((key) => state[key].x), y: order.map((key) => state[key].y) },
    relayout: { "annotations[1].text": panelTitle(state.says, "x2", "y2").text },
    traces: [3, 4, 5],
  }));
  const plane = (reach: number, letter: string) => {
    const axis = (index: string) => ({
      ...{ range: [-reach, reach], title: letter + index, showgrid: false, zeroline: false },
    });
    return { square: true, x: axis("₁"), y: axis("₂") };
  };
  return figure({
    data: [...drawn(0, 1), ...drawn(first, 2)],
    ...panels([
      { title: "base", ...plane(2.4, "u") },
      { title: states[first].says, share: 1.25, ...plane(FAR, "x") },
    ], { narrowHeight: 860, margin: { t: 48, b: 96 }, sliders: [slider("maps up to: ", slide, first)] }),
    height: 470,
    caption:
      "**Figure 3.2.** A grid of the plane, bent by one more map at each step. Lines never cross: the flow stays one-to-one. By how much the small orange square grows is, at its middle, the absolute value of the determinant.",
    description:
      "Left: a square grid with two circles and a small square. Right: the same after none to four maps, a linear, a planar, a coupling and a radial one; the grid is bent and stretched, and the area of the small square is written above beside the determinant at its middle.",
  });
}
