import assert from "node:assert/strict";
import { toolbox } from "lib/proof/missing.ts";
import { type Notation, notation } from "lib/proof/notation.ts";
import { type Proof, proof, type ProofLine } from "lib/proof/proof.ts";
import { cited } from "lib/proof/reasons/mod.ts";
import { readRelation, type Step, steps, type Written } from "lib/proof/steps.ts";
import { derivationsOf } from "./derivations.ts";
import { notations } from "./notations.ts";
import { right } from "./right_proofs.ts";

/** Every derivation of the notebooks, and every right proof: nothing but its own lines and reasons holds. */

const notebooks = ["01_elbo", "02_masked_conv", "03_flow", "04_gan", "05_simsiam"];

interface Lines {
  readonly name: string;
  readonly made: Notation;
  readonly lines: readonly Written[];
}

const isWritten = (line: ProofLine<unknown>): line is Exclude<ProofLine<unknown>, { tex: string }> =>
  !("value" in line);
const written = (line: Exclude<ProofLine<unknown>, { tex: string }>): Written =>
  "line" in line ? line : { line: line[0], by: line[1], relation: line[2] };
const madeOf = ({ notation: given }: Proof<unknown>): Notation =>
  "spec" in given ? given as Notation : notation(given);

/** Another reason that gives a step as well, and the line where it does. */
const alsoRight = new Set([
  // f₁′W_p′f₂ is a number, and the other's transpose
  "a scalar is its trace, cyclic trace, trace of a transpose → transpose of a product",
  "the dynamics, transpose of a product → symmetric H",
  "symmetric H → transpose of a product",
  // both sides differentiated
  "cyclic trace → derivative of a trace",
]);

const stepsOf = ({ lines, made }: Lines): Step[] => steps(lines, made);
const passes = (all: Lines) =>
  stepsOf(all).every(({ step }) => step === "start" || step === "algebra" || step === "follows");
const reasonsOf = ({ by = [] }: Written): readonly string[] => typeof by === "string" ? [by] : by;

function attack(all: Lines) {
  const { lines, made, name } = all, judged = stepsOf(all);
  assert.ok(passes(all), `${name}: ${JSON.stringify(judged)}`);
  const box = toolbox(made).map(({ text }) => text);
  for (let k = 1; k < lines.length; k++) {
    assert.ok(!passes({ ...all, lines: lines.toSpliced(k, 0, lines[k - 1]) }), `${name}: line ${k} twice`);
    const own = reasonsOf(lines[k]), needed = own.filter((text) => !judged[k].notNeeded?.includes(text));
    if (judged[k].step !== "follows") continue;
    const by = (reasons: readonly string[]) =>
      passes({ ...all, lines: [{ line: lines[k - 1].line }, { ...lines[k], by: reasons }] });
    for (const [i, one] of needed.entries()) {
      assert.ok(!by(needed.toSpliced(i, 1)), `${name}: line ${k + 1} without ${one}`);
      for (const other of [...box, "because I say so"]) {
        if (own.some((text) => (cited(text)?.text ?? text) === other)) continue;
        // a trace is turned round by what stands on the transpose of a product
        if (cited(other)?.reason.brings?.includes(one) && lines[k].line.includes("tr(")) continue;
        const words = `${needed.join(", ")} → ${other}`;
        const held = by(needed.with(i, other)) && !alsoRight.has(words);
        assert.ok(!held, `${name}: line ${k + 1} by ${other} for ${one} (${words})`);
      }
    }
  }
}

for (const notebook of notebooks) {
  Deno.test(`mutant: the derivations of ${notebook} reject every edit, and no line repeated or otherwise reasoned holds`, async () => {
    for (const { id, spec } of await derivationsOf(notebook)) {
      const { status, because, edits } = proof(id, spec);
      // a "try it" that leaves the relation out is meant to break
      if (spec.statement === "") {
        assert.equal(status, "keep working");
        continue;
      }
      assert.equal(status, "holds", `${id}: ${because}`);
      assert.ok(edits!.tried > 20 && edits!.rejected === edits!.tried, id);
      attack({ name: id, made: madeOf(spec), lines: spec.lines.filter(isWritten).map(written) });
    }
  });
}

Deno.test("law: of the lines of all derivations at most one in six is computed by code", async () => {
  const lines = [];
  for (const notebook of notebooks) {
    for (const { spec } of await derivationsOf(notebook, ["proof", "derivation"])) lines.push(...spec.lines);
  }
  const code = lines.filter((line) => !isWritten(line)).length;
  assert.ok(lines.length > 100 && 6 * code <= lines.length, `${code} of ${lines.length}`);
});

for (const [name, forms] of Object.entries(right)) {
  Deno.test(`mutant: right forms of ${name} with a line repeated or otherwise reasoned do not hold`, () => {
    for (const [k, lines] of forms.entries()) {
      const read = lines.map(([line, by, relation]): Written => ({
        line,
        by,
        relation: readRelation(relation),
      }));
      attack({ name: `${name}, form ${k + 1}`, made: notations[name], lines: read });
    }
  });
}
