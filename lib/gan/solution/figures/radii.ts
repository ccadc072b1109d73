import { spectralRadius } from "../../dynamics.ts";
import { type Method, updateMatrix } from "../../solution.ts";
import { type Figure, figure } from "../../../show/figure.ts";
import { line, note } from "../../../show/panels.ts";
import { colors } from "../../../show/theme.ts";
import { GAMMA, rules } from "./rules.ts";

/** The spectral radius of every rule over α: below 1 the rule converges. */
export function radii(): Figure {
  const to = 2.4, alphas = Array.from({ length: 241 }, (_, i) => to * i / 240);
  const radius = (method: Method, alpha: number) =>
    spectralRadius(updateMatrix(method, alpha, { gamma: GAMMA }));
  const dashes: Partial<Record<Method, string>> = { "alternating-g-first": "dash", "r1": "dashdot" };
  // where a curve's name stands: α, its side of the curve
  const labelAt: Readonly<Record<Method, [number, "left" | "right" | "above" | "below"]>> = {
    "simultaneous": [1.75, "right"],
    "alternating-d-first": [1.5, "below"],
    "alternating-g-first": [1.5, "below"],
    "extragradient": [1.5, "left"],
    "optimistic": [0.98, "left"],
    "proximal": [1.6, "below"],
    "r1": [1.6, "right"],
  };
  const sides = {
    left: { xanchor: "right", xshift: -6, yshift: 4 },
    right: { xanchor: "left", xshift: 10, yshift: -6 },
    above: { yshift: 12 },
    below: { yshift: -12 },
  };
  const mark = (x: number, text: string) =>
    note(text, x, 1, { yref: "paper", yanchor: "bottom", font: { color: "#5b6570" } });
  const thresholds: [number, string][] = [[1 / Math.sqrt(3), "1/√3"], [1, "1"], [2, "2"]];
  return figure({
    data: rules.map(({ method, label, color }) =>
      line(alphas, alphas.map((alpha) => radius(method, alpha)), {
        ...{ name: label, color, dash: dashes[method] ?? "solid" },
        hovertemplate: `${label}<br>α = %{x}<br>ρ = %{y}<extra></extra>`,
      })
    ),
    layout: {
      xaxis: { title: "learning rate α", range: [0, to] },
      yaxis: { title: "spectral radius ρ", range: [0.3, 2.2] },
      shapes: [
        { type: "line", xref: "paper", x0: 0, x1: 1, y0: 1, y1: 1, line: { color: colors.black, width: 1 } },
        ...thresholds.map(([x]) => ({
          ...{ type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1 },
          line: { color: colors.grey, width: 1, dash: "dot" },
        })),
      ],
      annotations: [
        ...thresholds.map(([x, text]) => mark(x, `α = ${text}`)),
        ...rules.filter(({ method }) => method !== "alternating-g-first").map(({ method, label, color }) => {
          const [x, side] = labelAt[method];
          const text = method === "alternating-d-first" ? "alternating, either order" : label;
          return note(text, x, radius(method, x), { color, ...sides[side] });
        }),
      ],
    },
    narrow: {
      height: 520,
      annotations: thresholds.map(([x, text]) => mark(x, text)),
      showlegend: true,
      legend: { orientation: "h", y: -0.2, traceorder: "normal" },
    },
    height: 420,
    caption:
      "**Figure 4.4.** Below the line $\\rho = 1$ a rule converges. Simultaneous updates never do; the optimistic rule does up to $\\alpha = 1/\\sqrt 3$, extragradient up to 1; alternating updates stay on the line up to 2 (bounded below 2, growing linearly at 2).",
    description:
      "Spectral radius over the learning rate from 0 to 2.4, one curve a rule, with a line at 1 and thresholds at 1/√3, 1 and 2. Simultaneous rises from 1 at once; alternating stays at 1 until 2; optimistic and extragradient dip below 1 and cross it at 1/√3 and 1; the penalised rule crosses at its γ = 1; proximal point falls throughout.",
  });
}
