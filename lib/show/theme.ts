/** Okabe and Ito's colours (2008), told apart by readers of every colour vision. */
export const colors = {
  blue: "#0072b2",
  orange: "#d55e00",
  green: "#009e73",
  purple: "#cc79a7",
  sky: "#56b4e9",
  amber: "#e69f00",
  yellow: "#f0e442",
  black: "#1b1f24",
  grey: "#8a94a0",
} as const;

/** The same colour, as dark as text on white paper must be: a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
export function inkOf(color: string): string {
  const channels = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const light = (list: readonly number[]) =>
    list.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  let share = 1;
  while (1.05 / (light(channels.map((c) => c * share)) + 0.05) < 4.5) share -= 0.02;
  const hex = (c: number) => Math.round(255 * c * share).toString(16).padStart(2, "0");
  return `#${channels.map(hex).join("")}`;
}

/** A sequential scale that is also one in grey: for heat maps of magnitudes. */
export const sequential: [number, string][] = [[0, "#f7fbff"], [0.35, "#9ecae1"], [0.7, "#3182bd"], [
  1,
  "#08306b",
]];

/** A diverging scale around 0, blue to orange. */
export const diverging: [number, string][] = [[0, "#0072b2"], [0.5, "#f7f7f7"], [1, "#d55e00"]];

/** The defaults of one axis; a layout's own settings win. */
export const baseAxis: Readonly<Record<string, unknown>> = {
  gridcolor: "#e6e9ed",
  zerolinecolor: "#b9c1ca",
  linecolor: "#b9c1ca",
  ticks: "outside",
  tickcolor: "#b9c1ca",
  ticklen: 4,
  exponentformat: "power",
  automargin: true,
  title: { standoff: 6 },
};

/** White paper of its own, so that a figure reads in light and dark notebooks alike. */
export const baseLayout: Readonly<Record<string, unknown>> = {
  paper_bgcolor: "#ffffff",
  plot_bgcolor: "#ffffff",
  // along the right edge, where no title is; nothing of a reader leaves for a cloud
  modebar: { orientation: "v", remove: ["sendChartToCloud"] },
  font: { family: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', size: 13, color: "#1b1f24" },
  colorway: [colors.blue, colors.orange, colors.green, colors.purple, colors.sky, colors.amber, colors.black],
  margin: { l: 56, r: 16, t: 36, b: 48 },
  showlegend: false,
  hovermode: "closest",
};

/** The look of a slider: one line, one handle, its value above. */
export const sliderLook: Readonly<Record<string, unknown>> = {
  len: 0.7,
  x: 0.15,
  pad: { t: 44, b: 4 },
  bgcolor: "#d8dde3",
  activebgcolor: colors.blue,
  bordercolor: "#b9c1ca",
  borderwidth: 1,
  tickcolor: "#b9c1ca",
  font: { size: 12, color: "#5b6570" },
};

/** The look of a menu of buttons. */
export const menuLook: Readonly<Record<string, unknown>> = {
  bgcolor: "#ffffff",
  bordercolor: "#b9c1ca",
  font: { size: 12 },
  showactive: true,
};
