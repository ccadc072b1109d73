/** What the page and its two kinds of worker say to each other: plain data, whoever sends it. */
import type { Verdict } from "lib/proof/verdict.ts";

/** A cell of the notebook as it was handed out. */
export interface HandedOut {
  id: string;
  cell_type: string;
  metadata: { tags?: string[] };
  source: string;
}

/** A code cell that a reader has written into. */
export interface Written {
  name: string;
  source: string;
}

/** What the page asks of the desk, which never runs what a reader wrote. */
export type Request =
  | { kind: "join"; written: readonly Written[]; figures: readonly string[] }
  | { kind: "judge"; name: string; collected: string }
  | { kind: "typeset"; name: string; source: string }
  | { kind: "standing"; rows: readonly Row[] }
  | { kind: "draw"; items: readonly unknown[] };

/** One answer in "Where am I". */
export interface Row {
  question: string;
  name: string;
  status: Verdict["status"];
  points: number;
  maxPoints: number;
  remark?: string;
}

/** A script that runs the cells, or why a cell can't be part of it. */
export interface Joined {
  text: string;
  /** Ids of the cells in it, in the order in which they run; figures apart. */
  cells: readonly string[];
  figures: readonly string[];
  /** Packages that are used. */
  packages: readonly string[];
  faults: Readonly<Record<string, string>>;
}

export interface Judged {
  status: Verdict["status"];
  points: number;
  /** The verdict as the notebook shows it. */
  html: string;
  text: string;
}

/** How a formula or the lines of a proof read so far: each one typeset, or the sentence that says why not. */
export type Typeset = readonly ({ html: string } | { says: string })[];

/** A figure with the HTML of its caption, or a fragment. */
export type Drawn =
  | { figure: Record<string, unknown>; label: string; caption: string }
  | { html: string };

/** What a run is asked to do; the nonce is known before anything of the reader's runs. */
export interface Order {
  nonce: string;
  cells: readonly string[];
  answers: readonly string[];
  figures: readonly string[];
}

/** What comes from a run: where it is, and what came out. */
export type Report =
  & { nonce: string }
  & (
    | { word: "ready" | "done" }
    | { word: "at"; about: string }
    | { word: "fault"; about: string; says: string }
    | { word: "answer"; about: string; collected: string; printed: string }
    | { word: "figure"; about: string; items: readonly unknown[] }
  );
