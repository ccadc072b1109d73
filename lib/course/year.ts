import course from "../../data/course.json" with { type: "json" };

/**
 * Which question an answer belongs to, what it is worth, and the seed of its instances: said once, in
 * data/course.json.
 */
export function worth(name: string): { name: string; question: string; points: number; seed: number } {
  const found = Object.values(course.questions).flatMap((q) => q.answers).find((a) => a.name === name);
  if (!found) {
    throw new RangeError(`Cannot find an answer: expected a name of data/course.json, got ${String(name)}`);
  }
  return { ...found, seed: course.variant.seed };
}

/**
 * This year's numbers of a question, e.g. `variant("2").grid`: questions, checks, zoo, solutions and pictures that
 * read them here change together, and `deno task tidy` writes them into the notebooks.
 */
export function variant<Q extends keyof typeof course.variant>(question: Q): (typeof course.variant)[Q] {
  return course.variant[question];
}
