/** What the page knows of its course: written into it when it is made. */
export interface AskedAnswer {
  name: string;
  question: string;
  points: number;
  notebook: string;
  /** A text that a person reads. */
  prose: boolean;
  /** The cell as it was handed out. */
  stub: string;
}

export interface Config {
  /** Course and year: what answers are kept under. */
  key: string;
  notebook: string;
  /** Seconds that a cell, or all calls of an answer, may take. */
  seconds: number;
  /** Of all notebooks, in the course's order. */
  answers: readonly AskedAnswer[];
  /** The notebooks as they were handed out, by name. */
  notebooks: Readonly<Record<string, string>>;
  /** How many notebooks that are, in words. */
  readonly many: string;
  /** Ids of the cells that check this page's answers, by the answer's name. */
  checks: Readonly<Record<string, string>>;
  /** Cells that draw figures from answers. */
  figures: readonly { id: string; uses: readonly string[] }[];
  /** The cell that counts points. */
  standing?: string;
}
