import course from "../../data/course.json" with { type: "json" };

/** Which question an answer belongs to, and what it is worth: said once, in data/course.json. */
export function worth(name: string): { name: string; question: string; points: number } {
  const found = Object.values(course.questions).flatMap((q) => q.answers).find((a) => a.name === name);
  if (!found) {
    throw new RangeError(`Cannot find an answer: expected a name of data/course.json, got ${String(name)}`);
  }
  return found;
}
