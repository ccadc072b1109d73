/** An executed notebook for LaTeX: formulas are formulas, and no letter is one that its fonts lack. */
import assert from "node:assert/strict";
import { answer } from "lib/gan/questions.ts";
import { claims } from "lib/gan/claims.ts";
import { verdictData } from "lib/proof/verdict.ts";
import { verdictText } from "lib/show/render.ts";
import { verdictType } from "lib/show/show.ts";
import { withLatex } from "../../tools/handout/latex.ts";
import type { CodeCell, Notebook } from "../../tools/notebook.ts";

/** What LaTeX is given of outputs with these data. */
function latexOf(...data: Record<string, unknown>[]): (string | undefined)[] {
  const outputs = data.map((one) => ({ output_type: "display_data", data: one, metadata: {} }));
  const cell = {
    cell_type: "code",
    id: "x",
    metadata: {},
    source: "",
    execution_count: 1,
    outputs,
  } as CodeCell;
  const notebook: Notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
  const [made] = withLatex(notebook).cells as CodeCell[];
  return made.outputs.map((output) => ("data" in output ? output.data["text/latex"] : undefined) as string);
}

Deno.test("law: verdicts reach LaTeX with their formulas, and text with signs that its fonts have", () => {
  const judged = [...claims("4.3"), answer("growth", () => (a: number) => 1 + a * a)];
  const texts = latexOf(...judged.map((one) => ({
    [verdictType]: verdictData(one),
    "text/plain": verdictText(one),
  })));
  assert.match(
    texts[0]!,
    /^\\noindent\\textbf\{4\.3\.a holds\.\} The eigenvalues of \$A\$ are \$1 \\pm i\\alpha\$/,
  );
  assert.match(texts.at(-1)!, /4\.3 growth: almost\.\} This is the factor of the squared norm\./);
  // the fonts have quotation marks, dashes and accents, and no Greek, arrows or raised digits
  for (const text of texts) assert.doesNotMatch(text!.replace(/\$[^$]*\$|\\\[[^]*?\\\]/g, ""), /[Ͱ-Ͽ⁰-₟←-⋿]/);
  const [mapped, ascii, picture] = latexOf(
    { "text/plain": "λ² ≤ 50 % of {α_1} & −1" },
    { "text/plain": "plain" },
    { "text/plain": "α", "image/png": "AAAA" },
  );
  assert.equal(
    mapped,
    "\\noindent $\\lambda$² $\\le$ 50 \\% of \\{$\\alpha$\\_1\\} \\& $-$1".replace("²", "$^{2}$"),
  );
  assert.deepEqual([ascii, picture], [undefined, undefined]);
});
