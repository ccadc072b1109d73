/** Every reproduction of the course: lib/<subject>/reproduce.ts, where a subject has one. */
import course from "../../data/course.json" with { type: "json" };
import type { Reproduction } from "lib/course/reproduction.ts";
import { root } from "../command.ts";
import { everyQuestion, subjectOf } from "../course.ts";

export interface Registered {
  readonly subject: string;
  readonly reproduction: Reproduction;
}

/** @param all also those of questions that rest this year */
export async function registry(all = false): Promise<Registered[]> {
  const found: Registered[] = [];
  const asked = all ? everyQuestion(course) : course.questions;
  for (const subject of Object.values(asked).map(({ notebook }) => subjectOf(notebook))) {
    const path = `${root}/lib/${subject}/reproduce.ts`;
    if (!await Deno.stat(path).then(() => true, () => false)) continue;
    const { reproductions } = await import(
      new URL(`../../lib/${subject}/reproduce.ts`, import.meta.url).href
    );
    found.push(...(reproductions as Reproduction[]).map((reproduction) => ({ subject, reproduction })));
  }
  return found;
}

/** A reproduction's code less its words, which can be put otherwise without another run. */
export const codeOf = (text: string): string =>
  text.replace(
    /\b(title|paper|link|what|statement|where|published|unit|note):\s*("(?:[^"\\\n]|\\.)*"[\s+]*)+/g,
    "",
  );

/** A digest of the files that make a reproduction, less its words: results of others are not its. */
export async function editionOf({ subject, reproduction }: Registered): Promise<string> {
  const folder = `${root}/lib/${subject}/reproduce`, first = `${reproduction.name}.ts`;
  const text = await Deno.readTextFile(`${folder}/${first}`);
  const beside = [...text.matchAll(/from "\.\/(\w+\.ts)"/g)].map(([, name]) => name);
  const others = await Promise.all(beside.map((name) => Deno.readTextFile(`${folder}/${name}`)));
  const bytes = new TextEncoder().encode([codeOf(text), ...others].join("\0"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 16);
}
