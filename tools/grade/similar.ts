/**
 * Which submissions say nearly the same: a hint for a person, no proof of anything. Answers are compared as tokens,
 * names of a student's own and spaces aside, in runs of six; a run that a quarter of the class has does not count.
 */
import course from "../../data/course.json" with { type: "json" };

/** Texts of answers by name. */
export type Texts = Readonly<Record<string, string>>;

export interface Pair {
  a: string;
  b: string;
  /** From 0 to 1: of the runs of the shorter one, the share that both have. */
  likeness: number;
  /** Answers that are alike, the most alike first. */
  answers: string[];
}

const RUN = 6;
/** Less than this in common is no more than chance. */
const LEAST = 12;

const known = new Set([
  ...Object.values(course.questions).flatMap(({ answers }) => answers.map(({ name }) => name)),
  ..."const let var function return if else for of in while new true false null undefined Math async await"
    .split(" "),
]);

/** Code or prose as tokens: comments and layout gone, names of one's own all alike, numbers and words kept. */
export function tokens(text: string, prose: boolean): string[] {
  const bare = prose ? text.toLowerCase() : text.replace(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
  const found = bare.match(/"[^"\n]*"|'[^'\n]*'|`[^`]*`|[\p{L}_$][\p{L}\p{N}_$]*|\d[\d._e]*|[^\s]/gu) ?? [];
  if (prose) return found.filter((token) => /[\p{L}\p{N}]/u.test(token));
  return found.map((token, i) =>
    /^[\p{L}_$]/u.test(token) && !known.has(token) && found[i - 1] !== "." ? "name" : token
  );
}

function runs(list: readonly string[]): Set<string> {
  const all = new Set<string>();
  for (let i = 0; i + RUN <= list.length; i++) all.add(list.slice(i, i + RUN).join(" "));
  return all;
}

/**
 * Pairs of a class that are at least as alike as the threshold says, the most alike first.
 *
 * @param texts what each submission's answers say, by entry
 */
export function similarPairs(texts: ReadonlyMap<string, Texts>, threshold: number): Pair[] {
  const own = [...texts].map(([entry, answers]) => {
    const byAnswer = new Map(
      Object.entries(answers).map(([name, text]) => [name, runs(tokens(text, name.startsWith("prose-")))]),
    );
    return { entry, byAnswer };
  });
  const common = new Map<string, number>();
  const key = (name: string, run: string) => `${name}\n${run}`;
  for (const { byAnswer } of own) {
    for (const [name, set] of byAnswer) {
      for (const run of set) common.set(key(name, run), (common.get(key(name, run)) ?? 0) + 1);
    }
  }
  /** What two have in common says the more, the fewer others have it. */
  const weight = (name: string, run: string) =>
    Math.min(1, Math.max(0, 1 - (common.get(key(name, run))! - 2) / Math.max(2, own.length / 4)));
  const pairs: Pair[] = [];
  for (const [i, a] of own.entries()) {
    for (const b of own.slice(i + 1)) {
      const shared = new Map<string, number>();
      let both = 0, left = 0, right = 0;
      for (const [name, set] of a.byAnswer) {
        const other = b.byAnswer.get(name);
        for (const run of set) {
          const w = weight(name, run);
          left += w;
          if (!other?.has(run)) continue;
          both += w;
          shared.set(name, (shared.get(name) ?? 0) + w);
        }
      }
      for (const [name, set] of b.byAnswer) for (const run of set) right += weight(name, run);
      const likeness = both / Math.min(left, right);
      if (both < LEAST || !(likeness >= threshold)) continue;
      const answers = [...shared].filter(([, w]) => w > 0).sort(([, x], [, y]) => y - x).map(([name]) =>
        name
      );
      pairs.push({ a: a.entry, b: b.entry, likeness, answers });
    }
  }
  return pairs.sort((a, b) => b.likeness - a.likeness);
}
