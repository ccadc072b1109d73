/** Notebooks that were answered and then edited at random, as they are handed in and as they are graded. */
import { join } from "node:path";
import course from "../../data/course.json" with { type: "json" };
import { type Random, random } from "lib/math/random.ts";
import { gradeFolder } from "../../tools/grade/batch.ts";
import type { Results } from "../../tools/grade/results.ts";
import { bundle } from "../../tools/submit.ts";
import { moved, retyped, saved, textOf } from "./cell_edits.ts";
import { asked, grader, official, right, submission } from "./course.ts";

/** A notebook's text, and what was done to it: one to four things, mostly to its answers, seldom to its file. */
export async function edited(chance: Random, book: string): Promise<{ text: string; done: string[] }> {
  const done: string[] = [];
  const names = asked.filter(({ notebook }) => notebook === book).map(({ name }) => name);
  const answers = book === "04_gan" ? right : await official();
  const kinds = [...Object.keys(retyped), ...Object.keys(moved)];
  const text = await submission(answers, ({ cells }) => {
    for (let n = 1 + chance.integer(4); n > 0 && cells.length > 0; n--) {
      const written = cells.flatMap((cell, i) => cell.id?.startsWith("answer-") ? [i] : []);
      const at = written.length > 0 && chance.integer(5) > 0
        ? chance.pick(written)
        : chance.integer(cells.length);
      const kind = chance.pick(kinds), cell = cells[at];
      if (cell.source === undefined) continue;
      const name = names.find((name) => cell.id === `answer-${name}`) ?? chance.pick(names);
      done.push(`${kind} (${cell.id})`);
      if (kind in moved) moved[kind](cells, at, { chance, name, names });
      else cell.source = retyped[kind](textOf(cell), { chance, name, names });
    }
  }, book);
  if (chance.integer(8) > 0) return { text, done };
  const kind = chance.pick(Object.keys(saved));
  return {
    text: saved[kind](text, { chance, name: names[0], names }),
    done: [...done, `${kind} (the file)`],
  };
}

/** What was done, what `submit` says of it, and what `grade` gives. */
export interface Rehearsal {
  done: string[];
  told: Results;
  graded: Results;
}

/** Cases of one notebook: handed in as zips and rehearsed with the notebooks' instances, graded as files with others. */
export async function rehearsals(book: string, cases: number, seed: number): Promise<Rehearsal[]> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-rehearsal-" }), chance = random(seed);
  try {
    const done: string[][] = [];
    await Deno.mkdir(join(folder, "zips"));
    for (let i = 0; i < cases; i++) {
      const { text, done: steps } = await edited(chance, book), entry = String(i).padStart(4, "0");
      done.push(steps);
      await Deno.mkdir(join(folder, "raw", entry), { recursive: true });
      await Deno.writeTextFile(join(folder, "raw", entry, `${book}.ipynb`), text);
      await Deno.writeFile(join(folder, "zips", `${entry}.zip`), bundle(new Map([[book, text]])));
    }
    const own = await grader(), jobs = 2;
    const graded = await gradeFolder(own, join(folder, "raw"), join(folder, "graded"), { jobs });
    const rehearsal = { ...own, seed: course.variant.seed };
    const told = await gradeFolder(rehearsal, join(folder, "zips"), join(folder, "told"), { jobs });
    return done.map((done, i) => ({ done, told: told[i], graded: graded[i] }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** How each answer stands. */
export const standingOf = ({ tests }: Results) =>
  tests.map(({ name, score, extra_data }) => [name, score, extra_data.status]);
