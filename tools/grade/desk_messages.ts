/** What is said between the grader and its desks. */
import type { Limits } from "./limits.ts";
import type { Results } from "./results.ts";
import type { Texts } from "./similar.ts";

/** What a desk is set up with. */
export interface Setup {
  folder: string;
  slot: string;
  seed: number;
  limits: Limits;
  /** What all results depend on. */
  edition: string;
  /** The language of reports; the course's own where none is said. */
  lang?: string;
}

/** One submission to be graded. */
export interface DeskOrder {
  entry: string;
  paths: string[];
  /** Steps that ended a desk before. */
  avoid: string[];
  /** The stamp of the results that are there already. */
  before?: string;
  /** Words that tell whose it is: not to be repeated. */
  hide?: string[];
  /** It may be graded elsewhere, by the numbers that its notebooks name. */
  elsewhere?: boolean;
}

/** What a desk says, one line of JSON each. */
export type DeskMessage =
  | { step: string }
  | { kept: true }
  /** Its numbers are those of another seed: it was not graded. */
  | { seed: number }
  | { results: Results; page: string; late: boolean; answers: Texts };

/** Lines that are messages begin with this: libraries print, too. */
export const mark = "\u0001";

/**
 * The lines of what a process prints, each when it has ended.
 *
 * @param most so many bytes are read: past them undefined is the last that comes
 */
export async function* linesOf(
  stdout: ReadableStream<Uint8Array>,
  most = Infinity,
): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let parts: string[] = [], size = 0;
  for await (const chunk of stdout) {
    size += chunk.length;
    if (size > most) return yield undefined;
    const pieces = decoder.decode(chunk, { stream: true }).split("\n"), last = pieces.pop()!;
    for (const piece of pieces) {
      yield parts.join("") + piece;
      parts = [];
    }
    parts.push(last);
  }
}
