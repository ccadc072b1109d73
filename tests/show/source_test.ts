import assert from "node:assert/strict";
import fc from "fast-check";
import { figure } from "lib/show/figure.ts";
import { readableSource } from "lib/show/source.ts";
import { colors, inkOf } from "lib/show/theme.ts";
import { drawFigures } from "lib/show/browser/figures.ts";
import { fitRoots, typesetExport } from "lib/show/browser/formulas.ts";
import { tellLongCells } from "lib/show/browser/long.ts";
import { narrowFigures } from "lib/show/browser/narrow.ts";
import { reachSliders } from "lib/show/browser/sliders.ts";
import { claims } from "lib/gan/claims.ts";

/** A program without what a layout may change: spaces, comments, and commas before a closing bracket. */
const bare = (source: string) =>
  source.replace(/\/\/.*/g, "").replace(/\s+/g, "").replace(/,([)\]}])/g, "$1");

Deno.test("law: a check's source is laid out, and stays the same program", () => {
  const sources = [
    drawFigures,
    fitRoots,
    typesetExport,
    reachSliders,
    narrowFigures,
    tellLongCells,
    ...claims.entries.map((entry) => entry.judge().source ?? ""),
  ];
  for (const source of sources.map(String)) assert.equal(bare(readableSource(source)), bare(source));
  for (const source of sources.slice(6).map(String)) {
    for (const line of readableSource(source).split("\n")) assert.ok(line.length <= 100, line);
  }
});

Deno.test("law: any text keeps its signs", () => {
  const signs = fc.array(
    fc.constantFrom("(", ")", "{", "}", "[", "]", ",", ";", "\n", " ", "a", '"', "=>", "1"),
  );
  fc.assert(fc.property(signs, (list) => {
    const text = list.join("");
    assert.equal(bare(readableSource(text)), bare(text));
  }));
});

Deno.test("law: brackets that fit are joined, others opened, blocks keep their lines", () => {
  const source = "({ A }, { alpha, v })=>difference(A(alpha), {\n    re: v,\n    im: [\n      0\n    ]\n  })";
  assert.equal(readableSource(source), "({ A }, { alpha, v }) => difference(A(alpha), { re: v, im: [0] })");
  const long = `(x)=>{\n  const y = f(${"x, ".repeat(40)}x); // why\n  if (y > 0) return [y,  "a  b"];\n}`;
  const lines = readableSource(long).split("\n");
  assert.deepEqual(lines.slice(0, 4), ["(x) => {", "  // why", "  const y = f(", "    x,"]);
  assert.deepEqual(lines.slice(-2), ['  if (y > 0) return [y, "a  b"];', "}"]);
  assert.equal(readableSource("f(]"), "f(]");
});

Deno.test("law: colours as text keep their hue and a contrast of 4.5 on white", () => {
  const light = (hex: string) =>
    [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  for (const color of Object.values(colors)) {
    assert.ok(1.05 / (light(inkOf(color)) + 0.05) > 4.45, color);
  }
  assert.equal(inkOf(colors.black), colors.black);
});

Deno.test("law: a narrow layout says only what changes", () => {
  const { layout, narrow } = figure({
    data: [{ type: "scatter", x: [0, 1], y: [0, 1] }],
    layout: { xaxis: { domain: [0, 0.4], title: "time t", range: [0, 1] }, margin: { t: 70 } },
    narrow: { height: 900, xaxis: { domain: [0, 1] }, margin: { l: 40 } },
    caption: "A line.",
    description: "A line that rises.",
  });
  const { xaxis, margin, height } = narrow as Record<string, Record<string, unknown>>;
  assert.deepEqual([xaxis.domain, xaxis.range, xaxis.title], [
    [0, 1],
    [0, 1],
    (layout.xaxis as typeof xaxis).title,
  ]);
  assert.deepEqual([margin.t, margin.l, height], [70, 40, 900]);
  assert.deepEqual(Object.keys(narrow!).sort(), ["height", "margin", "xaxis"]);
});
