import { baseAxis, baseLayout } from "./theme.ts";

/** Plotly's own words for one trace and for a layout. */
export type Trace = Readonly<Record<string, unknown>>;
export type Layout = Readonly<Record<string, unknown>>;

/** A figure as a plain value: drawn by the page, never here. */
export interface Figure {
  readonly kind: "figure";
  readonly data: readonly Trace[];
  readonly layout: Layout;
  /** The layout where the page is narrower than 36 rem: what is not said here is as in `layout`. */
  readonly narrow?: Layout;
  readonly height: number;
  /** A sentence that says what to see. */
  readonly caption: string;
  /** The figure in words, for who can't see it. */
  readonly description: string;
}

interface FigureSpec {
  data: readonly Trace[];
  layout?: Layout;
  /** What changes where the page is narrow: panels below each other, and their height. */
  narrow?: Layout;
  /** Pixels, 120 … 1600 (default 420). */
  height?: number;
  caption: string;
  description: string;
}

export const isFigure = (value: unknown): value is Figure =>
  typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "figure";

/** The traces that plotly's cartesian bundle draws: every notebook carries it, a third of the whole of plotly. */
export const cartesianTraces: ReadonlySet<unknown> = new Set([
  ...["bar", "box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour", "image", "pie"],
  ...["scatter", "scatterternary", "violin"],
]);

/**
 * Whether a figure can be drawn by that bundle alone: it would draw any other trace as a scatter, in silence. A
 * slider or menu that changes a trace's type counts as one that may ask for any.
 */
export const isCartesian = ({ data, layout: { sliders = [], updatemenus = [] } }: Figure): boolean =>
  data.every(({ type = "scatter" }) => cartesianTraces.has(type)) &&
  [sliders, updatemenus].flat().every((control) => {
    const { steps = [], buttons = [] } = control as { steps?: object[]; buttons?: object[] };
    return [...steps, ...buttons].every((step) =>
      // the first argument changes traces, the second the layout, whose shapes have types of their own
      !JSON.stringify((step as { args?: unknown[] }).args?.[0] ?? {}).includes('"type"')
    );
  });

/**
 * Makes a figure from Plotly traces and a layout, in the house's look: numbers rounded to 5 digits, typed arrays
 * unrolled, `null` for gaps.
 *
 * @throws TypeError without data, caption or description, or with `frames` or `config` (renderers drop them)
 * @throws RangeError for NaN or Infinity in the data
 */
export function figure(spec: FigureSpec): Figure {
  const { data, layout = {}, narrow, height = 420, caption, description } = spec;
  if (!Array.isArray(data) || data.length === 0) {
    throw new TypeError(`Cannot make a figure: expected at least one trace, got ${JSON.stringify(data)}`);
  }
  for (const [name, text] of Object.entries({ caption, description })) {
    if (typeof text !== "string" || text.trim() === "") {
      throw new TypeError(
        `Cannot make a figure: expected a sentence as ${name}, got ${JSON.stringify(text)}`,
      );
    }
  }
  for (const dropped of ["frames", "config"]) {
    if (dropped in spec || dropped in layout) {
      throw new TypeError(
        `Cannot make a figure: expected data and layout only, got ${dropped}, which some pages drop`,
      );
    }
  }
  if (!(height >= 120 && height <= 1600)) {
    throw new RangeError(`Cannot make a figure: expected a height of 120 … 1600 pixels, got ${height}`);
  }
  const wide = themed(tidy(layout, "the layout") as Layout, { ...baseLayout, height });
  return {
    kind: "figure",
    data: data.map((trace, k) => tidy(trace, `trace ${k + 1}`) as Trace),
    layout: wide,
    ...(narrow ? { narrow: changed(themed(tidy(narrow, "the narrow layout") as Layout, wide), wide) } : {}),
    height,
    caption,
    description,
  };
}

/** Plain JSON with short numbers. */
function tidy(value: unknown, where: string): unknown {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `Cannot make a figure: expected finite numbers (null for a gap), got ${value} in ${where}`,
      );
    }
    return Number(value.toPrecision(5));
  }
  if (value === undefined || typeof value === "function") {
    throw new TypeError(`Cannot make a figure: expected plain data, got ${typeof value} in ${where}`);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as ArrayLike<unknown>, (item) => tidy(item, where));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).filter(([, v]) => v !== undefined).map((
        [key, v],
      ) => [key, tidy(v, `${where}, ${key}`)]),
    );
  }
  return value;
}

const isAxis = (key: string) => /^[xy]axis\d*$/.test(key);

/** A layout over another: margins and axes keep what is not said anew, every axis has the house's look. */
function themed(layout: Layout, base: Layout): Layout {
  const axes = new Set([...Object.keys({ ...base, ...layout }).filter(isAxis), "xaxis", "yaxis"]);
  return {
    ...base,
    ...layout,
    margin: { ...base.margin as object, ...layout.margin as object },
    ...Object.fromEntries([...axes].map((key) => [key, axisOver(base[key] ?? baseAxis, layout[key])])),
  };
}

/** What a layout says otherwise than another. */
const changed = (layout: Layout, from: Layout): Layout =>
  Object.fromEntries(
    Object.entries(layout).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(from[key])),
  );

function axisOver(base: unknown, axis: unknown): Layout {
  const own = (axis ?? {}) as { title?: unknown };
  const title = typeof own.title === "string" ? { text: own.title } : own.title as object | undefined;
  const { title: baseTitle, ...rest } = base as { title?: object };
  return { ...rest, ...powers({ ...rest, ...own }), ...own, title: { ...baseTitle, ...title } };
}

/** A logarithmic axis over decades names whole powers, as large as other numbers; plotly draws them larger by a quarter. */
const powers = ({ type, nticks, tickvals, range = [-9, 9] }: Layout): Layout => {
  const [from, to] = range as readonly number[];
  if (type !== "log" || nticks !== undefined || tickvals !== undefined || Math.abs(to - from) < 1.2) {
    return {};
  }
  return { dtick: 1, tickfont: { size: 10.4 } };
};

/** One step of a slider or button: what it is called, and the values it puts into traces and layout. */
export interface Step {
  label: string;
  /** Trace properties, one value for each trace in `traces`. */
  restyle: Readonly<Record<string, readonly unknown[]>>;
  /** Layout properties by path, e.g. "title.text". */
  relayout?: Readonly<Record<string, unknown>>;
  /** Which traces, by position. */
  traces: readonly number[];
}

/** Steps in Plotly's form: `update` over precomputed arrays, alive with no kernel. */
export function steps(list: readonly Step[]): Trace[] {
  return list.map(({ label, restyle, relayout = {}, traces }) => ({
    label,
    method: "update",
    args: [restyle, relayout, traces],
  }));
}

/** A panel's name above it: an annotation that stays with the panel's axes, e.g. "x2" and "y2". */
export const panelTitle = (text: string, xref: string, yref: string): Layout => ({
  text: `<b>${text}</b>`,
  align: "left",
  showarrow: false,
  x: 0,
  xanchor: "left",
  xref: `${xref} domain`,
  y: 1.02,
  yanchor: "bottom",
  yref: `${yref} domain`,
});
