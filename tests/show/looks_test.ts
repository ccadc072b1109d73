import assert from "node:assert/strict";
import { curves } from "lib/show/curves.ts";
import { figure, type Layout } from "lib/show/figure.ts";
import { numberTable } from "lib/show/fragments.ts";
import { styles } from "lib/show/style.ts";
import { conditionHtml, mathml, richText } from "lib/show/tex.ts";

/** What a page is to look like, as far as it can be read from what makes it. */

const said = { caption: "A line.", description: "A line that rises." };

Deno.test("law: logarithmic axes name powers in the size of other numbers, or the few values there are", () => {
  const axis = (more: Layout) =>
    figure({
      data: [{ type: "scatter", x: [1], y: [1] }],
      layout: { xaxis: { type: "log", ...more } },
      ...said,
    }).layout.xaxis as Layout;
  assert.deepEqual([axis({}).dtick, axis({}).tickfont], [1, { size: 10.4 }]);
  assert.equal(axis({ dtick: 2 }).dtick, 2);
  for (const more of [{ nticks: 3 }, { tickvals: [1, 2] }, { range: [0, 1] }]) {
    assert.equal(axis(more).tickfont, undefined);
  }
  const ticks = (x: number[], y: number[]) => {
    const log = { title: "", log: true };
    const { xaxis, yaxis } = curves({ x: log, y: log, lines: [{ name: "", x, y, color: "blue" }], ...said })
      .layout as Record<string, Layout>;
    return [xaxis.tickvals, yaxis.tickvals];
  };
  const many = Array.from({ length: 20 }, (_, k) => 0.02 * 1.2 ** k);
  assert.deepEqual(ticks([2, 8, 32], many), [[2, 8, 32], [0.02, 0.05, 0.1, 0.2, 0.5]]);
  assert.deepEqual(ticks(many.map((x) => x ** 3), [1])[0], undefined);
});

Deno.test("law: a prime is raised once, a minus is one sign, and a condition is typeset unless it is words", () => {
  assert.doesNotMatch(mathml("X' + f'(0)"), /<msup/);
  assert.doesNotMatch(mathml("W_p'"), /<msubsup/);
  assert.equal(richText("from -0.5 to (-2), `-1`, 1-2"), "from −0.5 to (−2), <code>-1</code>, 1-2");
  assert.match(conditionHtml("lambda0 ≤ λ_min(H)"), /<msub><mi>λ<\/mi>/);
  assert.equal(conditionHtml("what stands in the logarithm > 0"), "what stands in the logarithm &gt; 0");
});

Deno.test("law: a column of words is aligned like words; only tables are given a least width", () => {
  const table = numberTable({
    caption: "",
    columns: ["", "n"],
    rows: [["$x$, by a grid", 1], ["q", "2 of"]],
  });
  assert.equal(table.html.match(/class="syw-said"/g), null);
  const words = numberTable({
    caption: "",
    columns: ["", "n"],
    rows: [["$x$, by a grid", 1], ["none", "2 of"]],
  });
  assert.equal(words.html.match(/class="syw-said"/g)?.length, 3);
  // rows that say no formula have this class, too
  assert.doesNotMatch(styles, /(?<!table)\.syw-words\{min-width/);
});
