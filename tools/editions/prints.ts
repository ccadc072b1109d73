import { misconceptionPrint, type Question } from "lib/proof/answer.ts";

interface Known {
  name: string;
  says: string;
}

/** Ten digits are more than recognition needs. */
const short = (x: number | null) => x === null ? null : Number(x.toPrecision(10));

/** The questions of a subject, with their misconceptions as code. */
export async function questionsOf(subject: string): Promise<readonly Question[]> {
  const { answer } = await import(`lib/${subject}/questions.ts`);
  return answer.questions;
}

/**
 * What stands in a student's project for `lib/<subject>/misconceptions.ts`: wrong answers by the values they give,
 * numbered instead of named.
 *
 * @param path the file it stands in for
 */
export async function fingerprintFile(subject: string, path: string): Promise<string> {
  const questions = await questionsOf(subject);
  const { misconceptions } = await import(path) as {
    misconceptions: Record<string, readonly Known[]>;
  };
  const entries = Object.entries(misconceptions).map(([key, list]) => {
    const question = questions.find((q) => q.misconceptions === list || q.name === key);
    if (!question) {
      throw new Error(`Cannot hand out ${path}: expected a question for “${key}”, got none`);
    }
    const known = question.misconceptions.map((m, i) => ({
      name: `${question.name} ${i + 1}`,
      says: m.says,
      fingerprint: misconceptionPrint(question, m).map(short),
    }));
    return `  ${JSON.stringify(key)}: [\n${known.map((m) => `    ${JSON.stringify(m)},\n`).join("")}  ],\n`;
  });
  return `/** Known wrong answers, recognised by what they are worth on the questions' instances. */\n` +
    `export const misconceptions = {\n${entries.join("")}};\n`;
}

/** Where a subject keeps the slips of its reference answers, from the project's folder; undefined where it has none. */
export async function slipsOf(root: string, subject: string): Promise<string | undefined> {
  const path = `lib/${subject}/slips.ts`;
  return await Deno.stat(`${root}/${path}`).then(() => path, () => undefined);
}

/**
 * What stands in a student's project for `lib/<subject>/slips.ts`: for each answer the sentences that name a kind of
 * slip, and under each the prints of all slips of that kind. No formula, and nothing that is right in another form.
 */
export async function slipFile(subject: string): Promise<string> {
  const entries = (await questionsOf(subject)).filter((question) => question.slips).map((question) => {
    const kinds = new Map<string, (number | null)[][]>(), seen = new Set<string>();
    for (const slip of question.slips!()) {
      const print = misconceptionPrint(question, slip).map(short);
      if (print.length === 0 || seen.has(print.join())) continue;
      seen.add(print.join());
      kinds.set(slip.says, [...kinds.get(slip.says) ?? [], print]);
    }
    return `  ${JSON.stringify(question.name)}: printed(${JSON.stringify(Object.fromEntries(kinds))}),\n`;
  });
  return `import { printed } from "../proof/printed.ts";

/** Kinds of slip, recognised by what they are worth on the questions' first instances. */
export const slips = {\n${entries.join("")}};\n`;
}
