import course from "../../data/course.json" with { type: "json" };

/** This year's numbers, by question. */
export type Variant = typeof course.variant;

/** When the course is handed out and due, and after which date nothing counts, where there is one. */
export const dates = course as { released?: string; due: string; late?: string };

/** What the registry says of an answer; its own share for “almost” goes before the course's. */
interface Asked {
  name: string;
  question: string;
  points: number;
  almost?: number;
}

const { partial, resting = {} } = course as {
  partial?: { almost?: number; line?: number };
  /** Questions that are not asked this year: what they are made of stays, and is tested. */
  resting?: Record<string, { answers: Asked[] }>;
};

/**
 * Which question an answer belongs to, what it is worth, whole and in part, and the seed of its instances: said once,
 * in data/course.json.
 */
export function worth(name: string) {
  const all = [...Object.values(course.questions), ...Object.values(resting)];
  const found = all.flatMap((q): Asked[] => q.answers).find((a) => a.name === name);
  if (!found) {
    throw new RangeError(`Cannot find an answer: expected a name of data/course.json, got ${String(name)}`);
  }
  const { question, points, almost = partial?.almost ?? 0.5 } = found;
  return {
    name,
    question,
    points,
    shares: { almost, line: partial?.line ?? 0.5 },
    seed: course.variant.seed,
  };
}

/**
 * This year's numbers of a question, e.g. `variant("2").grid`: questions, checks, wrong answers, solutions and pictures that
 * read them here change together, and `deno task tidy` writes them into the notebooks.
 *
 * @throws RangeError for a question without any
 */
export function variant<Q extends keyof typeof course.variant>(question: Q): (typeof course.variant)[Q] {
  const found = course.variant[question];
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot read data/course.json, variant: expected this year's numbers of question ${question}, got nothing`,
  );
}
