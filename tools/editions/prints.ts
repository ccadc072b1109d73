import { misconceptionPrint, type Question } from "lib/proof/answer.ts";

interface Known {
  name: string;
  says: string;
}

/** The questions of a subject, with their misconceptions as code. */
export async function questionsOf(subject: string): Promise<readonly Question[]> {
  const { answer } = await import(`lib/${subject}/questions.ts`);
  return answer.questions;
}

/** Where a subject keeps its known wrong answers, from the project's folder. */
export async function misconceptionsOf(root: string, subject: string): Promise<string> {
  const [path, older] = ["misconceptions", "zoo"].map((name) => `lib/${subject}/${name}.ts`);
  const there = await Deno.stat(`${root}/${path}`).then(() => true, () => false);
  return there ? path : older;
}

/**
 * What stands in a student's project for `lib/<subject>/misconceptions.ts`: wrong answers by the values they give,
 * numbered instead of named. Ten digits are more than recognition needs.
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
      fingerprint: misconceptionPrint(question, m).map((x) => Number(x.toPrecision(10))),
    }));
    return `  ${JSON.stringify(key)}: [\n${known.map((m) => `    ${JSON.stringify(m)},\n`).join("")}  ],\n`;
  });
  return `/** Known wrong answers, recognised by what they are worth on the questions' instances. */\n` +
    `export const misconceptions = {\n${entries.join("")}};\n`;
}
