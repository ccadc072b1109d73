/** Formulas and the lines of proofs while they are typed: read from the text of a cell, which is not run. */
import { formula } from "lib/proof/formula.ts";
import { type Notation, notation } from "lib/proof/notation.ts";
import { isProof, type Question } from "lib/proof/question.ts";
import { wordsOf } from "lib/proof/collect.ts";
import { escapeHtml, mathml } from "lib/show/tex.ts";
import { isNode, type Node, parseCell } from "../../grade/tree.ts";
import type { Typeset } from "./messages.ts";

/** More lines than any proof here needs. */
const most = 60;

/** How a cell's answer reads so far; empty where it is no formula, or no TypeScript yet. */
export function typeset(question: Question, source: string): Typeset {
  const notation = notationOf(question);
  if (notation === undefined || source.length > 20_000) return [];
  let value: unknown;
  try {
    value = lastValue(parseCell(source), question.name);
  } catch {
    return [];
  }
  if (!isProof(question)) return typeof value === "string" ? [line(value, [], "", notation)] : [];
  if (!Array.isArray(value)) return [];
  return value.slice(0, most).flatMap((one, k) => {
    const [text, by, relation] = Array.isArray(one) ? one : [one];
    if (typeof text !== "string") return [];
    const reasons = (Array.isArray(by) ? by : [by]).filter((reason) => typeof reason === "string");
    return [line(text, reasons, k === 0 ? "" : typeof relation === "string" ? relation : "=", notation)];
  });
}

function notationOf(question: Question): Notation | undefined {
  if (isProof(question)) return question.writing.notation;
  return question.written && notation(question.written.notation);
}

function line(text: string, by: readonly string[], relation: string, notation: Notation): Typeset[number] {
  try {
    const said = by.length > 0 ? `<span class="syw-quiet">${escapeHtml(by.join(" · "))}</span>` : "";
    const drawn = mathml(formula(text, notation).tex);
    return { html: `<span class="live-relation">${escapeHtml(relation)}</span><span>${drawn}</span>${said}` };
  } catch (cause) {
    return { says: wordsOf(cause).replace(/^Cannot read the formula: e/, "No formula yet: e") };
  }
}

/** What a name is last given at the top of a cell, as far as that can be seen without running it. */
function lastValue(statements: readonly Node[], name: string): unknown {
  let found: unknown;
  const given = (target: unknown, value: unknown) => {
    if (isNode(target) && target.type === "Identifier" && target.name === name && value) {
      found = constant(value);
    }
  };
  for (const statement of statements) {
    for (const { id, init } of (statement.declarations ?? []) as { id: unknown; init: unknown }[]) {
      given(id, init);
    }
    const { type, operator, left, right } = (statement.expression ?? {}) as Node;
    if (type === "AssignmentExpression" && operator === "=") given(left, right);
  }
  return found;
}

/** Strings, and lists of them; undefined for anything that has to be computed. */
function constant(node: unknown): unknown {
  if (!isNode(node)) return undefined;
  switch (node.type) {
    case "StringLiteral":
      return node.value;
    case "TemplateLiteral": {
      const [first, ...more] = node.quasis as { value: { cooked?: string } }[];
      return more.length === 0 ? first.value.cooked : undefined;
    }
    case "ArrayExpression":
      return (node.elements as unknown[]).map(constant);
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return constant(node.expression);
    default:
      return undefined;
  }
}
