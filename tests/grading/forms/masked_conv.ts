/** Right answers of question 2 in several forms, for this year's grid, kernel and target. */
import { pictureOf, receptiveField } from "lib/masked_conv/mod.ts";
import type { MaskKind } from "lib/masked_conv/mod.ts";
import { setting } from "lib/masked_conv/setting.ts";

const { grid, kernel, target } = setting;
const layers: Record<string, [MaskKind, MaskKind]> = {
  fieldAA: ["A", "A"],
  fieldAB: ["A", "B"],
  fieldBA: ["B", "A"],
  fieldBB: ["B", "B"],
};
const rows = (name: string) => pictureOf(receptiveField({ ...setting, masks: layers[name] }));
const each = (write: (name: string) => string): Record<string, string> =>
  Object.fromEntries(Object.keys(layers).map((name) => [name, write(name)]));
const list = (name: string) => JSON.stringify(rows(name));
const marks = (name: string) => JSON.stringify(rows(name).map((row) => [...row].map(Number)));

export const forms: Record<string, Record<string, string>> = {
  "rows of marks": each((name) => `let ${name}: string[];\n${name} = ${list(name)};`),
  "one text": each((name) =>
    `const ${name} = \`\n${rows(name).map((row) => [...row].join(" ")).join("\n")}\n\`;`
  ),
  "numbers, booleans, bytes": {
    ...each((name) => `const ${name} = ${marks(name)}.map((row) => Uint8Array.from(row));`),
    fieldAA: `const fieldAA = ${marks("fieldAA")}.map((row) => row.map((x) => x === 1));`,
    fieldBB: `import * as tf from "@tensorflow/tfjs";\nconst fieldBB = tf.tensor2d(${marks("fieldBB")});`,
  },
  "loops over all pairs of moves": each((name) => {
    const [first, second] = layers[name];
    return `const ${name} = (() => {
  const r = ${kernel >> 1}, n = ${grid}, [row, column] = ${JSON.stringify(target)};
  const moves = (type) => {
    const list = [];
    for (let i = -r; i <= 0; i++) for (let j = -r; j <= r; j++) {
      if (i < 0 || j < 0 || type === "B" && j === 0) list.push([i, j]);
    }
    return list;
  };
  const inside = (i, j) => i >= 0 && j >= 0 && i < n && j < n;
  const marks = Array.from({ length: n }, () => new Array(n).fill("0"));
  for (const [a, b] of moves("${second}")) {
    if (!inside(row + a, column + b)) continue;
    for (const [c, d] of moves("${first}")) {
      if (inside(row + a + c, column + b + d)) marks[row + a + c][column + b + d] = "1";
    }
  }
  return marks.map((line) => line.join(""));
})();`;
  }),
  "moves of the library": each((name) => {
    const [first, second] = layers[name];
    return `import { offsets } from "lib/masked_conv/mask.ts";
import { gridOf } from "lib/masked_conv/stack.ts";
const ${name} = gridOf(
  offsets("${second}", ${kernel}).flatMap(([a, b]) => offsets("${first}", ${kernel}).map(([c, d]) => [${
      target[0]
    } + a + c, ${target[1]} + b + d])),
  ${grid},
);`;
  }),
};
