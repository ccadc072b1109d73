import type { GreyImages, Split } from "./mnist.ts";
import type { Checkpoints } from "./train.ts";

// A reproduction: what a paper says, and the same computed here. A number is compared with a number, an ordering or a
// law with a margin that must be positive for every seed.

/** One statement of a paper beside ours. */
export interface Comparison {
  /** What the paper says; mathematics between $…$. */
  readonly statement: string;
  /** Where: "Table 1", "Lemma 2.3". */
  readonly where: string;
  /** The paper's number, or what it states instead of one: an ordering, a sign, a rate. */
  readonly published: number | string;
  /** Ours, one a seed; of an ordering the margin by which it holds (negative: by which it fails). */
  readonly ours: readonly number[];
  /** In what both are: "nats", "bits a pixel", "slope". */
  readonly unit: string;
  readonly agrees: boolean;
  /** How far off the published number may be. */
  readonly within?: number;
  /** Why it does not agree, or what the agreement is worth. */
  readonly note?: string;
}

interface Said {
  readonly statement: string;
  readonly where: string;
  readonly ours: readonly number[];
  readonly unit: string;
  readonly note?: string;
}

export const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;

/** The largest difference between two seeds, halved: ± this much. */
const spread = (list: readonly number[]): number => (Math.max(...list) - Math.min(...list)) / 2;

/** A number of the paper's, or one that its theorem predicts: agrees where the mean is within `within` of it. */
export const numberOf = (said: Said & { published: number; within: number }): Comparison => ({
  ...said,
  agrees: Math.abs(mean(said.ours) - said.published) <= said.within,
});

/** An ordering or a sign, in words: agrees where every seed's margin is positive. */
export const orderOf = (said: Said & { published: string }): Comparison => ({
  ...said,
  agrees: said.ours.every((margin) => margin > 0),
});

/** A part of the work that is done once and remembered. */
export interface Part<T> {
  /** Letters, digits, hyphens: the name under which its result is kept. */
  readonly key: string;
  /** How long it takes beside the others (1). */
  readonly weight?: number;
  /** Gives plain JSON; `report` says how much of it is done, 0 … 1. */
  run(report: (share: number, note?: string) => Promise<void>): Promise<T> | T;
}

/** What a reproduction is given to work with. */
export interface Desk {
  /** The three seeds, where chance is involved. */
  readonly seeds: readonly number[];
  /** A run that only shows that everything ends: a handful of steps. */
  readonly tiny: boolean;
  readonly signal: AbortSignal;
  /** Runs the parts that are not done yet, with progress over all; the results in order. */
  parts<T>(list: readonly Part<T>[]): Promise<T[]>;
  /** Where the training of this name keeps its state. */
  checkpoints(key: string): Checkpoints;
  mnist(split: Split): Promise<GreyImages>;
}

/** Runs the part of every entry with every seed, with progress over all; the seeds' results entry by entry. */
export async function bySeeds<E, T>(
  desk: Desk,
  entries: readonly E[],
  part: (desk: Desk, entry: E, seed: number) => Part<T>,
): Promise<T[][]> {
  const { seeds } = desk, n = seeds.length;
  const all = await desk.parts(entries.flatMap((entry) => seeds.map((seed) => part(desk, entry, seed))));
  return entries.map((_, i) => all.slice(i * n, (i + 1) * n));
}

/** Plain numbers for a figure, by name. */
type Series = Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;

export interface Reproduction {
  /** Of its file in data/reproductions: letters and underscores. */
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly link: string;
  /** What is run here, and how it differs from the paper, in two or three sentences. */
  readonly what: string;
  /** Whether seeds play a part. */
  readonly chance: boolean;
  /** Whether it needs MNIST. */
  readonly mnist: boolean;
  /** Minutes on two quiet cores, at most. */
  readonly minutes: number;
  run(desk: Desk): Promise<{ comparisons: readonly Comparison[]; series: Series }>;
}

/** What data/reproductions/<name>.json holds. */
export interface Reproduced {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly link: string;
  readonly what: string;
  readonly seeds: readonly number[];
  readonly comparisons: readonly Comparison[];
  readonly series: Series;
  /** Of the whole run, from its parts' own clocks. */
  readonly seconds: number;
  readonly date: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly load: number;
    readonly deno: string;
  };
}

/** @throws RangeError unless it is such a record, saying what is wrong with it */
export function assertReproduced(value: unknown, name: string): asserts value is Reproduced {
  const fault = (what: string) => {
    throw new RangeError(`Cannot read the reproduction ${name}: expected ${what}`);
  };
  const record = value as Reproduced;
  if (typeof value !== "object" || value === null) return fault("a record");
  if (record.name !== name) fault(`the name ${name}, got ${String(record.name)}`);
  for (const key of ["title", "paper", "link", "what", "date"] as const) {
    if (typeof record[key] !== "string" || record[key] === "") fault(`a text as ${key}`);
  }
  if (!Array.isArray(record.comparisons) || record.comparisons.length === 0) fault("comparisons");
  for (const { statement, where, published, ours, unit, agrees, note } of record.comparisons) {
    if (!statement || !where || typeof unit !== "string") fault("a statement, where it stands and a unit");
    if (typeof published !== "number" && typeof published !== "string") {
      fault(`something published for: ${statement}`);
    }
    if (!Array.isArray(ours) || ours.length === 0 || !ours.every(Number.isFinite)) {
      fault(`finite numbers for: ${statement}`);
    }
    if (typeof agrees !== "boolean" || !agrees && !note) {
      fault(`a reason where it does not agree: ${statement}`);
    }
  }
  if (!(record.seconds >= 0) || !(record.machine?.cores >= 1)) fault("seconds and a machine");
}

/** A number in so many digits, with a minus that is one. */
const short = (x: number, digits = 4) => String(Number(x.toPrecision(digits))).replaceAll("-", "−");

/** "−86.20 ± 0.12": the mean over the seeds and half the distance of the farthest two, as far as its second digit. */
function oursInWords({ ours }: Comparison): string {
  const off = spread(ours), digits = Math.max(0, 1 - Math.floor(Math.log10(off)));
  if (off === 0) return short(mean(ours)) + (ours.length === 1 ? "" : " ± 0");
  return [mean(ours), off].map((x) => digits > 6 ? x.toExponential(1) : x.toFixed(digits))
    .join(" ± ").replaceAll("-", "−");
}

/** Ours beside the published number: "+0.12 (1.01 ×)"; nothing of an ordering, or where both are the same to 1e-6. */
function differenceInWords({ published, ours }: Comparison): string {
  if (typeof published === "string") return "";
  const off = mean(ours) - published;
  if (Math.abs(off) <= 1e-6) return "";
  const difference = `${off < 0 ? "" : "+"}${short(off, 2)}`;
  return published === 0 ? difference : `${difference} (${short(mean(ours) / published, 3)} ×)`;
}

/** The columns of a table of comparisons; the difference stands in ours. */
export const comparisonColumns = ["what the paper says", "where", "paper", "ours", "verdict"];

/** What a table says of each comparison: statement, where, paper, ours, difference, agreement. */
export const comparisonRow = (comparison: Comparison): string[] => [
  comparison.statement,
  comparison.where,
  typeof comparison.published === "number"
    ? `${short(comparison.published)} ${comparison.unit}`
    : comparison.published,
  `${oursInWords(comparison)} ${comparison.unit}`,
  differenceInWords(comparison),
  (comparison.agrees ? "agrees" : "does not agree") + (comparison.note ? `: ${comparison.note}` : ""),
];

/** A record as a table: caption, columns, rows. */
export function comparisonTable(
  { title, paper, comparisons }: Pick<Reproduced, "title" | "paper" | "comparisons">,
) {
  const rows = comparisons.map((comparison) => {
    const [statement, where, published, ours, difference, agreed] = comparisonRow(comparison);
    return [statement, where, published, difference === "" ? ours : `${ours}; ${difference}`, agreed];
  });
  return {
    caption: `${title}. ${paper}${paper.endsWith("?") ? "" : "."}`,
    columns: comparisonColumns,
    rows,
    words: true,
  };
}
