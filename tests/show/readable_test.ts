import assert from "node:assert/strict";
import { readable } from "lib/show/readable.ts";
import { mathml } from "lib/show/tex.ts";

/** What is left of a formula where a page strips the tags and keeps the text, as an untrusted notebook's does. */
const stripped = (html: string) => html.replace(/<[^>]+>/g, "").replace(/\u2061/g, "");

Deno.test("law: a formula whose tags are stripped still says what it said", () => {
  const twins: Record<string, string> = {
    "\\lambda = 1 \\pm \\sqrt{-\\alpha^2}": "λ=1±√(−α^2)",
    "\\frac{a+b}{c}": "(a+b)/c",
    "\\frac{a}{b+c}": "a/(b+c)",
    "v_{k+1}^2": "v_(k+1)^2",
    "e^{-2 \\lambda_0 t}": "e^(−2λ_0t)",
    "\\sum_{i=1}^n x_i": "∑_(i=1)^nx_i",
    "W_p^\\top X'": "W_p⊤X′",
    "\\begin{pmatrix}1 & \\alpha\\\\ -\\alpha & 1\\end{pmatrix}": "(1 α ;−α 1 ;)",
  };
  for (const [tex, twin] of Object.entries(twins)) assert.equal(stripped(mathml(tex)), twin, tex);
});

Deno.test("law: what is added is drawn nowhere and changes no formula's structure", () => {
  const tex = "\\left(\\frac{\\sqrt{x_1^2 + y}}{2}\\right)^{k/2}";
  const drawn = mathml(tex).replace(/<mtext style="display:none">[^<]*<\/mtext>/g, "");
  assert.doesNotMatch(drawn, /[\^_√]/);
  for (const [, children] of drawn.matchAll(/<msup>(.*?)<\/msup>/g)) assert.ok(children.length > 0);
});

Deno.test("edge: text between tags, empty elements and unknown ones stay as they are", () => {
  const odd = '<math><mspace width="1em"/><semantics><mi>x</mi></semantics> <mo>=</mo></math>';
  assert.equal(readable(odd), odd);
});
