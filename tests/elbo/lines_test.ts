import assert from "node:assert/strict";
import * as scope from "lib/elbo/scope.ts";
import { notation, type NotationSpec } from "lib/proof/notation.ts";
import { proof, type ProofLine } from "lib/proof/proof.ts";
import { reasons } from "lib/proof/reasons/mod.ts";
import { strength } from "lib/proof/strength.ts";
import { type Random, random } from "lib/math/random.ts";
import type { Scope } from "lib/proof/value.ts";

/** The derivations of notebook 1, as its cells write them: nothing but these lines holds. */

type Line = readonly [text: string, by?: string | readonly string[], relation?: string];
interface Cell {
  id: string;
  source: string | string[];
}
const notebook = JSON.parse(
  Deno.readTextFileSync(new URL("../../notebooks/01_elbo.ipynb", import.meta.url)),
) as { cells: Cell[] };

/** Every `lines: [ … ]` of a cell. */
function linesOf(id: string): Line[][] {
  const source = [notebook.cells.find((cell) => cell.id === id)!.source].flat().join("");
  return source.split("lines: ").slice(1).map((rest) => {
    let depth = 0, end = 0;
    do {
      if (rest[end] === "[") depth++;
      if (rest[end] === "]") depth--;
      end++;
    } while (depth > 0);
    return new Function("relation", `return ${rest.slice(0, end)}`)("equal up to a constant") as Line[];
  });
}

interface Derivation {
  lines: Line[];
  notation: NotationSpec;
  instance(random: Random, index: number): Scope | readonly Scope[];
}
const [one] = linesOf("q1-1-derivation"), [bound, loss] = linesOf("q1-2-derivation");
const [weights] = linesOf("q1-4-derivation");
const derivations: Readonly<Record<string, Derivation>> = {
  "1.1.a in tables": { lines: one, notation: scope.names, instance: scope.tables },
  "1.1.a in the plane": { lines: one, notation: scope.planeNames, instance: scope.planes },
  "1.2.a": { lines: bound, notation: scope.planeNames, instance: (random) => scope.planes(random)[0] },
  "1.2.e": { lines: loss, notation: scope.memberNames, instance: scope.members },
  "1.4": { lines: weights, notation: scope.weightNames, instance: scope.weights },
};

const judge = ({ lines, notation, instance }: Derivation) =>
  proof("0", {
    statement: "",
    evidence: "closed form",
    notation,
    instances: 4,
    instance,
    scope: (at) => at,
    lines: lines as readonly ProofLine<Scope | readonly Scope[]>[],
  }).status === "holds";
const replaced = (lines: readonly Line[], k: number, line: Line) => lines.map((l, j) => j === k ? line : l);

for (const [name, derivation] of Object.entries(derivations)) {
  const { lines, notation: spec } = derivation;
  Deno.test(`law: ${name} holds as it is written, by its reasons`, () => assert.ok(judge(derivation)));

  // the same lines once more: their edits are tried in tables
  if (name === "1.1.a in the plane") continue;
  Deno.test(`mutant: ${name} with a line edited, repeated or given another reason does not hold`, () => {
    const made = notation(spec), source = random(3);
    const { passed } = strength(
      lines.map(([text]) => text),
      made,
      // a first line with another factor free of θ is another beginning of the same proof
      (edit, k) =>
        k === 0 && lines[1][2] === "equal up to a constant" ||
        !judge({ ...derivation, lines: replaced(lines, k, [edit.text, lines[k][1], lines[k][2]]) }),
      { trials: 40 },
    );
    assert.deepEqual(passed.map(({ line, edit }) => `${line + 1}: ${edit.text}`), []);
    for (let k = 1; k < lines.length; k++) {
      assert.ok(!judge({ ...derivation, lines: lines.toSpliced(k, 0, lines[k - 1]) }), `line ${k} twice`);
      const [text, by, relation] = lines[k];
      if (by === undefined) continue;
      for (const other of [source.pick(Object.keys(reasons)), "because I say so"]) {
        if ([by].flat().includes(other)) continue;
        assert.ok(
          !judge({ ...derivation, lines: replaced(lines, k, [text, other, relation]) }),
          `line ${k + 1}: ${other}`,
        );
      }
    }
  });
}

Deno.test("law: no line of notebook 1 is computed by code", () => {
  for (const { lines } of Object.values(derivations)) {
    for (const line of lines) assert.equal(typeof line[0], "string");
  }
});
