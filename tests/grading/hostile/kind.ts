import { type Answers, right, submission } from "../course.ts";

/** A hostile submission: its files, and the outcome that is fair. */
export interface Hostile {
  name: string;
  /** By path below the entry; for a file beside the entries the path is "". */
  files(): Promise<Record<string, string | Uint8Array>>;
  /** Answers that lose their points. */
  costs: readonly string[];
  /** Answers that may lose their points or keep them: both are fair. */
  may?: readonly string[];
  /** What the first answer of `costs` is told. */
  says?: RegExp;
  /** What the report remarks. */
  remark?: RegExp;
}

/** What no submission may see: it stands in a file beside the submissions, and in the environment. */
export const secret = "canary-5f2c9e";
export const place = await Deno.makeTempDir({ prefix: "show-your-work-hostile-" });
/** A file that holds the secret, and one that must never come to be. */
export const loot = `${place}/loot.txt`, marker = `${place}/harmed`;

/** A notebook whose cell `A` does something before its right answer. */
export const inA = (
  name: string,
  code: string,
  more: Partial<Hostile> = {},
  answers: Answers = {},
): Hostile => ({
  name,
  costs: ["A"],
  files: async () => ({
    "04_gan.ipynb": await submission({ ...right, A: `${code}\n${right.A}`, ...answers }),
  }),
  ...more,
});

/** A notebook with these answers in place of right ones, which lose their points. */
export const wrong = (name: string, answers: Answers, more: Partial<Hostile> = {}): Hostile => ({
  name,
  costs: Object.keys(answers),
  files: async () => ({ "04_gan.ipynb": await submission({ ...right, ...answers }) }),
  ...more,
});
