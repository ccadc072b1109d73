import course from "../../data/course.json" with { type: "json" };

/** What a submission may use. */
export interface Limits {
  /** Seconds of processor time for one cell, and for all calls of one answer. */
  seconds: number;
  /** The same for all cells and answers of one notebook, and of all notebooks of a submission. */
  notebookSeconds: number;
  submissionSeconds: number;
  /** Resident memory of one process. */
  megabytes: number;
  /** What it may print, results included. */
  outputMegabytes: number;
}

const { grading } = course;

export const courseLimits: Limits = {
  seconds: grading.secondsPerAnswer,
  notebookSeconds: grading.secondsPerNotebook,
  submissionSeconds: grading.secondsPerSubmission,
  megabytes: grading.megabytes,
  outputMegabytes: grading.outputMegabytes,
};

/** Seconds on the wall for each second of processor time: what sleeps most of the time would take hours. */
const wallPerSecond = 2;

/**
 * Processor time that is left of a total, and time on the wall. A step gets no more than half of the first, so that
 * one that never ends leaves something for those after it.
 */
export class Budget {
  #left: number;
  readonly #ends: number;

  constructor(total: number, private readonly step: number, private readonly above?: Budget) {
    this.#left = total;
    this.#ends = performance.now() + 1000 * wallPerSecond * total;
  }

  /** Whether the time on the wall is over. */
  get overdue(): boolean {
    return performance.now() > this.#ends || (this.above?.overdue ?? false);
  }

  get left(): number {
    return Math.min(this.#left, this.above?.left ?? Infinity);
  }

  /** Seconds that the next step may take, when `used` of what is left is used already. */
  share(used = 0): number {
    return Math.min(this.step, (this.left - used) / 2);
  }

  /** Whether what is left is too little to begin anything. */
  get spent(): boolean {
    return this.share() < 0.25 || this.overdue;
  }

  spend(seconds: number): void {
    this.#left -= seconds;
    this.above?.spend(seconds);
  }
}
