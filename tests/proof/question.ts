/** What every question's tests ask of its claims and its answers, said once. */
import assert from "node:assert/strict";
import {
  answers,
  isProof,
  type Misconception,
  misconceptionPrint,
  type Question,
  samePrint,
} from "lib/proof/answer.ts";
import type { ledger } from "lib/proof/claim.ts";

/** What an answer cell gives when it is read; it may throw. */
export type Form = () => unknown;

/** A misconception of the zoo: with the code that gives it. */
export type Known = Misconception & { readonly answer: (...args: never[]) => unknown };

/**
 * Every claim of a question, by the ids of what was asked and of what goes further: each true on 200 instances or
 * more, every broken variant rejected.
 */
export function testClaims(
  title: string,
  claims: ReturnType<typeof ledger>,
  ids: { readonly asked: readonly string[]; readonly further: readonly string[] },
  leastMutants = 1,
): void {
  Deno.test(`law: the claims of ${title} are those of its two lists`, () => {
    for (const [kind, list] of Object.entries(ids)) {
      const found = claims.entries.filter(({ further }) => further === (kind === "further"));
      assert.deepEqual(found.map(({ id }) => id).sort(), [...list].sort(), kind);
    }
    assert.throws(() => claims("9.9"), /Cannot select claims: expected .*, got 9\.9/);
  });
  Deno.test(`mutant: every claim of ${title} holds and rejects all its broken variants`, () => {
    for (const { id, judge } of claims.entries) {
      const { status, evidence, because, error, instances, mutants, chance = 1 } = judge();
      assert.equal(
        status,
        evidence === "editorial" ? "noted" : "holds",
        `${id}: ${because} (error ${error})`,
      );
      if (evidence === "editorial") continue;
      // an identity needs fewer, where the chance that it passed by luck is said; a flow is dear
      assert.ok(instances >= (evidence === "quadrature" ? 60 : 200) || chance < 1e-6, id);
      assert.ok(mutants.length >= leastMutants && mutants.every((mutant) => mutant.rejected), id);
    }
  });
}

/** The letters of a question's claims: `lettered("1.0", "abc")` is 1.0.a, 1.0.b, 1.0.c. */
export const lettered = (prefix: string, letters: string): string[] =>
  [...letters].map((letter) => `${prefix}.${letter}`);

interface Answers {
  readonly answer: ReturnType<typeof answers>;
  readonly misconceptions: Readonly<Record<string, readonly Known[]>>;
  /** At least five solutions of each question: other loops, other arrays, tensors, equivalent algebra. */
  readonly rightForms: Readonly<Record<string, readonly Form[]>>;
  /** Broken in ways of this question's own, besides every way a cell can be broken: each must give a sentence. */
  readonly brokenForms?: readonly Form[];
  /** How many misconceptions a question knows at least. */
  readonly least: (question: Question) => number;
  /** The lines of a proof with the misconception in it; questions without proofs leave it out. */
  readonly proofWith?: (wrong: Known) => unknown;
}

/** Broken in every way a cell can be broken. */
const broken: readonly Form[] = [
  () => 5,
  () => "text",
  () => () => {
    throw new Error("my loop ran away");
  },
  () => () => NaN,
  () => async () => await 1,
  () => () => Promise.resolve([[1, 0], [0, 1]]),
  () => () => null,
  () => () => "1",
  () => () => [[1]],
  () => () => [[1, 2], [3]],
  () => () => ({}),
  () => () => Infinity,
  () => () => () => 1,
  () => ({}),
  () => [{ because: "no value" }],
  () => [{ because: "a", value: () => NaN }, { because: "b", value: () => 1 }],
  () => [{
    because: "throws",
    value: () => {
      throw new Error("oh");
    },
  }],
  () => Symbol("s"),
];

/** Every answer of a question: holds in many forms, each misconception by its name, anything broken by a sentence. */
export function testAnswers(of: Answers): void {
  for (const question of of.answer.questions) {
    const { name } = question;
    Deno.test(`law: ${name} holds in many forms`, () => holds(of, question));
    Deno.test(`mutant: ${name} recognises each misconception by its own name`, () =>
      recognises(of, question));
    Deno.test(`edge: ${name} broken in any way gives a sentence, not an error`, () => excuses(of, question));
  }
}

function holds({ answer, rightForms }: Answers, question: Question): void {
  const { name, points } = question;
  assert.ok(rightForms[name].length >= 5, name);
  for (const form of rightForms[name]) {
    const verdict = answer(name, form);
    if (isProof(question)) {
      // lines of code wait for a reader; lines that are formulas: tests/proof/proof_answers_test.ts
      const { status, misconception, feedback, reading } = verdict;
      const waiting = Math.floor(4 * points * question.shares!.line) / 4;
      assert.deepEqual([status, misconception, verdict.points], ["almost", undefined, waiting], feedback!);
      assert.ok(reading!.length > 0);
      continue;
    }
    assert.equal(verdict.status, "holds", `${form}: ${verdict.feedback}`);
    assert.equal(verdict.points, points);
  }
}

/** The cell of a student with the misconception. */
function mistaken(question: Question, wrong: Known, proofWith: Answers["proofWith"]): Form {
  if (isProof(question)) return () => proofWith!(wrong);
  return question.arguments ? () => wrong.answer : wrong.answer as Form;
}

function recognises({ answer, misconceptions, least, proofWith }: Answers, question: Question): void {
  const { name } = question, known = misconceptions[name];
  assert.ok(known.length >= least(question), `${name} knows ${known.length}`);
  const prints = known.map((wrong) => misconceptionPrint(question, wrong) as readonly number[]);
  prints.forEach((print, i) =>
    prints.forEach((other, j) =>
      assert.equal(samePrint(print, other), i === j, `${known[i].name} and ${known[j].name}`)
    )
  );
  // the same by its fingerprint alone, as the student edition ships it
  const shipped = answers({
    ...question,
    misconceptions: known.map((wrong, i) => ({ name: wrong.name, says: wrong.says, fingerprint: prints[i] })),
  });
  for (const wrong of known) {
    const form = mistaken(question, wrong, proofWith);
    for (
      const { status, misconception, points, feedback = "" } of [answer(name, form), shipped(name, form)]
    ) {
      assert.deepEqual([status, misconception, points], ["almost", wrong.name, inPart(question)], feedback);
      assert.ok(feedback.includes(wrong.says), feedback);
    }
  }
}

/** What data/course.json gives for an answer that is almost right; a proof's steps are counted one by one. */
export const inPart = (question: Question): number =>
  isProof(question) ? 0 : Math.floor(4 * question.points * question.shares!.almost) / 4;

function excuses({ answer, brokenForms = [] }: Answers, question: Question): void {
  const { name } = question;
  for (const form of [...broken, ...brokenForms]) {
    const { status, feedback = "", points } = answer(name, form);
    assert.ok(["keep working", "not answered", "almost"].includes(status), `${form}: ${status}`);
    assert.ok(feedback.length > 10, String(form));
    assert.doesNotMatch(feedback, /undefined|is not a function|Cannot read|\bgreat\b|well done/i);
    assert.equal(points, status === "almost" ? inPart(question) : 0);
  }
  const missing = answer(name, () => {
    throw new ReferenceError(`${name} is not defined`);
  });
  assert.equal(missing.status, "not answered");
  assert.equal(answer(name, () => undefined).status, "not answered");
}
