/** A class of a hundred: right answers in several forms, every named mistake, unfinished work, and a few enemies. */
import { questionsOf } from "../../tools/editions/prints.ts";
import { right, submission } from "./course.ts";
import { forms } from "./forms/mod.ts";

/** What one of the class hands in, and what it is worth. */
export interface Seat {
  text: string;
  points: readonly number[];
}

const full = [4, 3, 3, 3];
const names = ["A", "stationaryPoint", "eigenvaluesOfA", "growth"];

/** Answers that cost A and nothing else. */
const enemies = [
  "for (;;);",
  "Deno.exit(0);",
  `Deno.readTextFileSync("/etc/passwd");`,
  "const hoard = []; for (;;) hoard.push(new Uint8Array(5e7).fill(1));",
  "await new Promise(() => {});",
  `import { claims } from "lib/claims/gan.ts";`,
  "const x = ;",
  `throw new Error("<b>no</b>");`,
];

/** The class, by name: always the same one. */
export async function classroom(size = 100): Promise<Map<string, Seat>> {
  const seats = new Map<string, Seat>();
  const wrong = await mistakes();
  for (let i = 0; i < size; i++) seats.set(`student-${String(i + 1).padStart(3, "0")}`, await seat(i, wrong));
  return seats;
}

async function seat(i: number, wrong: readonly [string, string][]): Promise<Seat> {
  const form = Object.values(forms)[i % 5];
  switch (i % 10) {
    case 0:
    case 1:
    case 2:
    case 3:
      return { text: await submission(form), points: full };
    case 4:
    case 5:
    case 6:
    case 7: {
      const [name, code] = wrong[i % wrong.length];
      return { text: await submission({ ...right, [name]: code }), points: without(name) };
    }
    case 8: {
      const done = names.slice(0, 1 + i % 3);
      const answers = Object.fromEntries(done.map((name) => [name, right[name]]));
      return { text: await submission(answers), points: names.map((n, k) => done.includes(n) ? full[k] : 0) };
    }
    default: {
      const evil = enemies[(i - 9) / 10 % enemies.length];
      return { text: await submission({ ...right, A: `${evil}\n${right.A}` }), points: without("A") };
    }
  }
}

const without = (name: string) => names.map((n, k) => n === name ? 0 : full[k]);

/** Every misconception of the zoo, as a student would write it. */
async function mistakes(): Promise<[string, string][]> {
  return (await questionsOf("gan")).flatMap((question) =>
    question.misconceptions.flatMap((known): [string, string][] =>
      "answer" in known
        ? [[
          question.name,
          `const ${question.name} = (${known.answer.toString()})${"arguments" in question ? "" : "()"};`,
        ]]
        : []
    )
  );
}
