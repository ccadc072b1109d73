import assert from "node:assert/strict";
import { difference } from "lib/math/difference.ts";
import { random } from "lib/math/random.ts";
import { ruled, ruledPlan } from "lib/flow/nodes.ts";
import { notation } from "lib/proof/notation.ts";
import { parse } from "lib/proof/parse.ts";
import { strength, valued } from "lib/proof/strength.ts";

/** The lines of 3.1 and 3.2 as the notebook has them: that their instances see every slip of the pen. */

const flows = notation({
  symbols: {},
  functions: {
    ...{ pX: ["x"], pU: ["u"], F: ["u"], Finv: ["x"], det: ["u"], detInv: ["x"] },
    ...{ pF: ["x"], pBack: ["u"], phi: ["r"] },
  },
});

/** The texts of a cell's lines, read off the notebook. */
async function linesOf(cell: string): Promise<string[]> {
  const path = new URL("../../notebooks/03_flow.ipynb", import.meta.url);
  const { cells } = JSON.parse(await Deno.readTextFile(path)) as {
    cells: { id: string; source: string[] }[];
  };
  const source = cells.find(({ id }) => id === cell)!.source.join("");
  return [...source.matchAll(/^\s+\["((?:integral|-?E)\([^"]+)"/gm)].map(([, text]) => text);
}

const chance = random(4);
// the plane comes first, and is tried last: it has the most nodes
const scopes = Array.from({ length: 4 }, (_, k) => ruled(ruledPlan(chance, k))).reverse();

Deno.test("mutant: every single edit of the lines of 3.1 and 3.2 is seen by their instances, or is the same formula", async () => {
  const texts = [...await linesOf("q3-1-derivation"), ...await linesOf("q3-1-derivation-reverse")];
  const objectives = await linesOf("q3-2-derivation");
  assert.deepEqual([texts.length, objectives.length], [13, 9]);
  for (const text of [...texts, ...objectives]) {
    const right = scopes.map((scope) => valued(parse(text, flows), flows, scope));
    const rejects = ({ text: edited }: { text: string }) =>
      scopes.some((scope, k) => {
        const value = valued(parse(edited, flows), flows, scope);
        return value === undefined || !(difference(value, right[k]!) <= 1e-9);
      });
    const { passed } = strength([text], flows, rejects, { trials: 50 });
    assert.deepEqual(passed.map(({ edit }) => edit.text), [], text);
  }
});
