import type { Given } from "./judged.ts";
import { missing } from "./missing.ts";
import type { Notation } from "./notation.ts";
import { isInequality, type JudgedLine } from "./verdict.ts";

/** Points are given in quarters. */
export const quarters = (points: number): number => Math.floor(4 * points) / 4;

/** What a line of a student's proof earns: of `weight` steps, `credit`. */
export interface Earned {
  readonly credit: number;
  readonly weight: number;
  /** How many reasons an unsupported step still takes; undefined where it is none, or could not be seen. */
  readonly missing?: number;
}

/** A step that could not be seen to follow from all reasons together counts as so many. */
const UNSEEN = 4;

/**
 * What each line earns. A step that follows counts as one, and algebra on the way counts into it; a true step of
 * which one reason is missing, or whose reason is for a person to read, a part; a jump counts as the steps it leaves
 * out, and earns nothing; nor do repetitions, false lines and inequalities with a reason in free words. Steps by the
 * same reasons count once, so that no proof grows by going round in circles.
 */
export function earned(
  lines: readonly JudgedLine[],
  given: readonly Given[],
  notation: Notation,
  part = 0.5,
): Earned[] {
  const counted = new Set<string>();
  return lines.map((line, k) => {
    if (k === 0 || line.step === "start" || line.step === "algebra") return { credit: 0, weight: 0 };
    if (line.step === "follows") {
      const needed = line.by!.filter((text) => !line.notNeeded?.includes(text));
      const key = needed.map((text) => text.trim().toLowerCase()).sort().join("; ");
      if (counted.has(key)) return { credit: 0, weight: 0 };
      counted.add(key);
      return { credit: 1, weight: 1 };
    }
    const [above, below] = [given[k - 1], given[k]];
    if (!("formula" in above) || !("formula" in below)) {
      return { credit: line.step === "by a reader" ? part : 0, weight: 1 };
    }
    if (line.step === "repeats" || line.step === "false") return { credit: 0, weight: 1 };
    if (line.jump) return { credit: 0, weight: line.by!.length };
    const { relation } = below;
    const link = { above: above.formula.tree, below: below.formula.tree, relation, notation };
    const lacks = missing(link, below.by)?.length;
    const weight = Math.max(1, lacks ?? UNSEEN);
    // an inequality stands by a reason that gives one, and by nothing else
    const idle = isInequality(relation) && line.words?.length === below.by.length;
    return {
      credit: lacks === 1 && !idle ? part : 0,
      weight,
      ...(lacks === undefined ? {} : { missing: lacks }),
    };
  });
}
