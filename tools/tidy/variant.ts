/** This year's numbers (data/course.json, "variant") as the notebooks say them. */
import course from "../../data/course.json" with { type: "json" };
import { fail, root } from "../command.ts";
import { everyQuestion, subjectOf } from "../course.ts";

/** A sentence of a cell with {slots} where a number of the variant stands. */
export interface Phrase {
  cell: string;
  text: string;
}

interface Said {
  phrases: readonly Phrase[];
  values: Readonly<Record<string, string>>;
}

/** What `lib/<subject>/variant.ts` says of each notebook whose sentences hold numbers of the variant. */
export const variants: ReadonlyMap<string, Said> = new Map(
  await Promise.all(
    Object.values(everyQuestion(course)).map(async ({ notebook }) =>
      [notebook, await saidBy(notebook)] as const
    ),
  ),
);

async function saidBy(notebook: string): Promise<Said> {
  const path = `lib/${subjectOf(notebook)}/variant.ts`;
  const there = await Deno.stat(`${root}/${path}`).then(() => true, () => false);
  return there ? await import(path).catch(fail) : { phrases: [], values: {} };
}

const slot = /\{(\w+)\}/;

/**
 * A phrase as a pattern that any year's numbers fit; a space of the phrase is any white space, and what the formatter
 * may put on a line of its own, a template's `${…}`, may have white space inside. What stands in a slot does not say
 * again what stands before it: no match begins in another sentence.
 */
function patternOf({ text }: Phrase, values: Said["values"]): RegExp {
  let source = "", before = "";
  for (const [i, part] of text.split(new RegExp(slot, "g")).entries()) {
    if (i % 2 === 1 && part in values) {
      source += before ? `(?:(?!${before})[\\s\\S])+?` : "\\S+?";
      before = "";
    } else {
      const words = (i % 2 === 1 ? `{${part}}` : part).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
        .replace(/\s+/g, "\\s+").replaceAll("\\$\\{", "\\$\\{\\s*").replaceAll("\\}\\$", "\\s*\\}\\$");
      before += words;
      source += words;
    }
  }
  return new RegExp(source, "g");
}

const filled = ({ text }: Phrase, values: Said["values"]) =>
  text.replace(new RegExp(slot, "g"), (whole, name: string) => values[name] ?? whole);
const squeezed = (text: string) => text.replace(/\s+/g, "");

/**
 * A cell with this year's numbers in its sentences.
 *
 * @param notebook the notebook's name, "02_masked_conv"
 * @returns the new source, and the phrase that is not there (exactly once), if one is
 */
export function withVariant(
  notebook: string,
  { id, source }: { id: string; source: string },
): { source: string; fault?: string } {
  let changed = source;
  const { phrases, values } = variants.get(notebook) ?? { phrases: [], values: {} };
  for (const phrase of phrases.filter(({ cell }) => cell === id)) {
    const pattern = patternOf(phrase, values), found = [...changed.matchAll(pattern)].length;
    if (found !== 1) {
      const fault =
        `expected “${phrase.text}” once, for the numbers of data/course.json, got it ${found} times`;
      return { source, fault };
    }
    const now = filled(phrase, values);
    // where the numbers are this year's already, the layout stays the formatter's
    changed = changed.replace(pattern, (there) => squeezed(there) === squeezed(now) ? there : now);
  }
  return { source: changed };
}
