/** What is at hand is said in a folded card at every question, in names that are there and signatures that hold. */
import { parseExpression } from "@babel/parser";
import assert from "node:assert/strict";
import course from "../../data/course.json" with { type: "json" };
import { floats, matricesOver, type MatrixAlgebra } from "lib/math/field.ts";
import { root } from "../../tools/command.ts";
import { everyQuestion } from "../../tools/course.ts";
import { keptNotebook, readNotebook } from "../../tools/notebook.ts";
import { withoutSlots } from "../../tools/tidy/slots.ts";

const questions = Object.values(everyQuestion(course));
const helpers: MatrixAlgebra<number> = matricesOver(floats);
const library = await Deno.readTextFile(new URL("../../lib/math/field.ts", import.meta.url));

/** How many arguments a helper is declared with; Infinity for a rest of them. */
function declaredCount(name: string): number {
  const list = new RegExp(`^  ${name}\\((.*)\\):`, "m").exec(
    library.slice(library.indexOf("interface MatrixAlgebra")),
  );
  assert.ok(list, `${name} has no declaration`);
  return list[1].startsWith("...") ? Infinity : list[1].split(/, (?=\w+:)/).length;
}

interface Card {
  question: string;
  text: string;
  /** The answer cells of the question, from their declarations on. */
  answers: { name: string; declared: string }[];
}

async function cards(): Promise<Card[]> {
  const found: Card[] = [];
  for (const { notebook } of questions) {
    let text = "", before: Card | undefined;
    const { cells } = withoutSlots(await readNotebook(await keptNotebook(notebook, root)));
    for (const { cell_type, id, source } of cells) {
      if (cell_type === "markdown" && /-(question|proof)$/.test(id)) {
        text = source;
        found.push(before = { question: id, text: "", answers: [] });
      }
      if (cell_type !== "code" || !id.startsWith("answer-") || !before) continue;
      before.text = [...text.matchAll(/<details><summary>[^<]*at hand.*?<\/details>/gis)].join("\n");
      before.answers.push({
        name: id.slice("answer-".length),
        declared: source.split("// BEGIN SOLUTION")[0],
      });
    }
  }
  return found.filter(({ answers }) => answers.length > 0);
}

const spans = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
const wordsOf = (text: string) => text.match(/\b[A-Za-z]\w*\b/g) ?? [];
/** The names between braces: `{ a, b: … }` → a, b. */
const fieldsOf = (braces: string) => braces.split(",").map((part) => part.split(":")[0].trim());

/** What is wrong with a piece of code on a card. */
function faultOf(code: string, { answers }: Card): string | undefined {
  const declared = answers.map((answer) => answer.declared).join("\n"), known = new Set(wordsOf(declared));
  for (const [, name] of code.matchAll(/\bMath\.(\w+)/g)) {
    if (!(name in Math)) return `Math.${name} is not there`;
  }
  for (const [, name, list] of code.matchAll(/(?<![.\w])(\w+)\(([^()]*)\)/g)) {
    if (!Object.hasOwn(helpers, name)) continue;
    const count = declaredCount(name), given = list.split(",").length;
    if (count === Infinity ? given < 2 : given !== count) return `${name} takes ${count}, not ${given}`;
  }
  const imported = /import \{ (.*) \} from "lib\/math\/field\.ts"/.exec(code);
  if (imported) {
    return fieldsOf(imported[1]).find((name) => !new RegExp(`^export \\w+ ${name}\\b`, "m").test(library));
  }
  // an argument or a result of an answer, by its fields
  for (const [, braces] of code.matchAll(/\{([^{}]*)\}/g)) {
    for (const field of fieldsOf(braces)) {
      const shared = ["re", "im"].includes(field) && /Complex/.test(declared) ||
        Object.hasOwn(helpers, field);
      if (/^\w+$/.test(field) && !known.has(field) && !shared) return `no answer here knows ${field}`;
    }
  }
  if (/=>/.test(code)) {
    try {
      parseExpression(code.replaceAll(/= \{ (.*) \}/g, "= ({ $1 })").replaceAll("…", "0"));
    } catch (error) {
      return (error as Error).message;
    }
  }
}

Deno.test("law: every question has a card of what is at hand, and it says what the declarations say", async (t) => {
  const all = await cards();
  const asked = questions.flatMap(({ answers }) => answers.map(({ name }) => name));
  assert.deepEqual(
    all.flatMap(({ answers }) => answers.map(({ name }) => name)).sort(),
    asked.filter((name) => !name.startsWith("prose-")).sort(),
  );
  for (const card of all) {
    await t.step(card.question, () => {
      assert.notEqual(card.text, "", "no card");
      const faults = spans(card.text).flatMap((code) => {
        const fault = faultOf(code, card);
        return fault ? [`${code}: ${fault}`] : [];
      });
      assert.deepEqual(faults, []);
    });
  }
});

Deno.test("mutant: a card that has gone stale is found", () => {
  const declared = "let bias: (values: { logPx: number; elbo: number }) => number;";
  const card: Card = { question: "", text: "", answers: [{ name: "bias", declared }] };
  for (
    const stale of [
      "scale(A)",
      "add(A)",
      "trace(A, B)",
      "Math.ln(x)",
      "({ logPx, bound }) => …",
      "(a) => => a",
    ]
  ) {
    assert.ok(faultOf(stale, card), stale);
  }
  for (const right of ["scale(2, A)", "add(A, B, …)", "({ logPx, elbo }) => …", "Math.log(x)"]) {
    assert.equal(faultOf(right, card), undefined, right);
  }
});
