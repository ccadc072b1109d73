/** A class of a hundred: right answers in several forms, every named mistake, unfinished work, and a few enemies. */
import { almostOf, type Answers, asked, handIn, isProse, notebooks, official } from "./course.ts";
import { forms } from "./forms/mod.ts";
import { type Mistake, mistakes } from "./mistakes.ts";

/** What one of the class hands in, and what it is worth. */
export interface Seat {
  /** Notebooks by file name. */
  files: Readonly<Record<string, string>>;
  /** Points by the answer's name, prose left out. */
  points: Readonly<Record<string, number>>;
  /** The misconceptions that must be named, by the answer's name. */
  misconceptions: Readonly<Record<string, string>>;
}

const judged = asked.filter(({ name }) => !isProse(name));
const full = Object.fromEntries(judged.map(({ name, points }) => [name, points]));

/** What costs its cell, and nothing else. */
const enemies = [
  "for (;;);",
  "Deno.exit(0);",
  `Deno.readTextFileSync("/etc/passwd");`,
  "const hoard = []; for (;;) hoard.push(new Uint8Array(5e7).fill(1));",
  "await new Promise(() => {});",
  `import { claims } from "lib/gan/claims.ts";`,
  "const x = ;",
  `throw new Error("<b>no</b>");`,
];

/** The class, by name: always the same one. `seed` is that of the grader's instances. */
export async function classroom(seed: number, size = 100): Promise<Map<string, Seat>> {
  const own = await official(), wrong = await mistakes(seed), seats = new Map<string, Seat>();
  for (let i = 0; i < size; i++) {
    seats.set(`student-${String(i + 1).padStart(3, "0")}`, await seat(i, own, wrong));
  }
  return seats;
}

async function seat(i: number, own: Answers, wrong: readonly Mistake[]): Promise<Seat> {
  switch (i % 10) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { files: await handIn({ ...own, ...formOf(i) }), points: full, misconceptions: {} };
    case 4:
    case 5:
    case 6:
    case 7:
      return await mistaken(i, own, wrong);
    case 8: {
      // two notebooks only, one of them half done
      const [first, second] = [0, 2].map((k) => notebooks[(i + k) % notebooks.length]);
      const half = judged.filter(({ notebook }) => notebook === second).slice(0, 2).map(({ name }) => name);
      const done = judged.filter(({ notebook, name }) => notebook === first || half.includes(name));
      const answers = Object.fromEntries(done.map(({ name }) => [name, own[name]]));
      return {
        files: await handIn(answers),
        points: { ...without(judged.map(({ name }) => name)), ...pick(done.map(({ name }) => name)) },
        misconceptions: {},
      };
    }
    default: {
      const evil = enemies[(i - 9) / 10 % enemies.length], { name } = judged[i * 7 % judged.length];
      const answers = { ...own, [name]: `${evil}\n${own[name]}` };
      return { files: await handIn(answers), points: { ...full, [name]: 0 }, misconceptions: {} };
    }
  }
}

/** One mistake in each notebook, the rest right. */
async function mistaken(i: number, own: Answers, wrong: readonly Mistake[]): Promise<Seat> {
  const nth = Math.floor(i / 10) * 4 + i % 10 - 4;
  const chosen = notebooks.map((notebook) => {
    const here = wrong.filter((mistake) => mistake.notebook === notebook);
    return here[nth % here.length];
  });
  const answers = chosen.map(({ answer, code }) => [answer, code]);
  return {
    files: await handIn({ ...own, ...Object.fromEntries(answers) }),
    points: { ...full, ...Object.fromEntries(chosen.map(({ answer }) => [answer, inPart(answer)])) },
    misconceptions: Object.fromEntries(chosen.map(({ answer, name }) => [answer, name])),
  };
}

const formOf = (i: number): Answers =>
  Object.assign(
    {},
    ...Object.values(forms).map((byForm) => {
      const list = Object.values(byForm);
      return list[i % list.length];
    }),
  );
/** A misconception earns its share; a line that breaks earns nothing. */
const inPart = (name: string) => name.startsWith("proof") ? 0 : almostOf(name);
const without = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 0]));
const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, full[name]]));
