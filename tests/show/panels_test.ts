import assert from "node:assert/strict";
import fc from "fast-check";
import { figure } from "lib/show/figure.ts";
import { dots, heat, line, note, panels, slider, words } from "lib/show/panels.ts";

type Axis = { domain: [number, number]; anchor: string; range?: unknown; scaleanchor?: string };
const axis = (layout: object, letter: string, k: number) =>
  (layout as Record<string, Axis>)[`${letter}axis${k === 1 ? "" : k}`];

Deno.test("law: panels fill the figure and never overlap, wide or narrow, whatever their number and sizes", () => {
  const share = fc.double({ min: 0.3, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(share, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 3 }),
      (shares, across) => {
        const { layout, narrow } = panels(shares.map((share) => ({ share })), {
          narrowAcross: across,
          gap: 0.05,
        });
        for (const placed of [layout, narrow]) {
          const boxes = shares.map((
            _,
            k,
          ) => [axis(placed, "x", k + 1).domain, axis(placed, "y", k + 1).domain]);
          for (const [from, to] of boxes.flat()) assert(from >= 0 && from < to && to <= 1);
          const extent = (i: number) =>
            [Math.min, Math.max].map((of, end) => of(...boxes.map((box) => box[i][end])));
          assert.deepEqual([extent(0), extent(1)], [[0, 1], [0, 1]]);
          boxes.forEach(([x, y], k) =>
            boxes.slice(0, k).forEach(([u, v]) =>
              assert(x[1] <= u[0] || u[1] <= x[0] || y[1] <= v[0] || v[1] <= y[0], "two panels overlap")
            )
          );
        }
      },
    ),
    { seed: 4, numRuns: 200 },
  );
});

Deno.test("law: an axis keeps what is said of it; titles come before notes; a slider gets its room", () => {
  const { layout, narrow, titles } = panels([
    { title: "left", x: { range: [0, 1] }, square: true },
    { title: "grid", grid: [2, 3], y: { domain: [0.2, 0.8] } },
  ], { notes: [note("here", 1, 2, { panel: 2, color: "#0072b2" })], sliders: [slider("a = ", [], 0)] });
  assert.deepEqual(axis(layout, "x", 1).range, [0, 1]);
  assert.equal(axis(layout, "y", 1).scaleanchor, "x");
  assert.deepEqual([axis(layout, "y", 2).domain, axis(layout, "y", 2).range], [[0.2, 0.8], [2.5, 0.5]]);
  assert.deepEqual(axis(narrow, "y", 2).domain, [0, 0.4167]);
  const notes = layout.annotations as { text: string; xref: string }[];
  assert.deepEqual(notes.map(({ text, xref }) => [text, xref]), [
    ["<b>left</b>", "x domain"],
    ["grid", "x2 domain"],
    ["here", "x2"],
  ]);
  assert.deepEqual(titles, notes.slice(0, 2));
  assert.deepEqual(layout.margin, { b: 96 });
});

Deno.test("law: traces name their panel's axes, and are what a figure takes", () => {
  const second = { panel: 2 } as const;
  const data = [
    line([0, 1], [1, null], { ...second, color: "#0072b2", dash: "dot" }),
    dots([0], [1], { ...second, edge: "#1b1f24", symbol: "diamond" }),
    words("here", [0, 1], second),
    heat([0, 1], [0, 1], [[1, 2], [3, 4]], second),
  ];
  for (const { xaxis, yaxis } of data) assert.deepEqual([xaxis, yaxis], ["x2", "y2"]);
  assert.deepEqual(data[0].line, { color: "#0072b2", width: 2, dash: "dot" });
  assert.equal("xaxis" in line([0], [0]), false);
  const made = figure({ data, ...panels([{}, {}]), caption: "Two.", description: "Two panels." });
  assert.equal(made.data.length, 4);
});
