/** What students do to the cells of a notebook, and to its file, by intention and by accident. */
import type { Random } from "lib/math/random.ts";
import type { RawNotebook } from "./course.ts";

export type Cell = RawNotebook["cells"][number];

/** What an edit knows: the name of the cell's answer, or of another one; all names of the notebook. */
interface About {
  chance: Random;
  name: string;
  names: readonly string[];
}

export const textOf = ({ source }: Cell): string => [source ?? ""].flat().join("");
const code = (id: string, source: string): Cell => ({
  ...{ cell_type: "code", id, metadata: {}, outputs: [], source },
});
const signs = [..."(){}[];-+0 \n"];

/** A cell's text. */
export const retyped: Record<string, (text: string, about: About) => string> = {
  "renames": (text, { chance, names }) =>
    text.replaceAll(new RegExp(`\\b${chance.pick(names)}\\b`, "g"), chance.pick([...names, "B", "a"])),
  "drops a sign": (text, { chance }) => {
    const i = chance.integer(text.length + 1);
    return text.slice(0, i) + text.slice(i + 1);
  },
  "adds a sign": (text, { chance }) => {
    const i = chance.integer(text.length + 1);
    return text.slice(0, i) + chance.pick(signs) + text.slice(i);
  },
  "turns a sign": (text) => text.replace(/-alpha|-a\b/, "2 * a"),
  "comments out": (text) => text.replace(/^/gm, "// "),
  "empties": () => "",
  "a loop": (text) => `${text}\nfor (let i = 0; i < 1e3; i++);`,
  "throws": (text) => `${text}\nthrow new Error("no");`,
  "prints": (text) => `${text}\nconsole.log("x");`,
  "a promise": (text) => text.replace(/= \(/, "= async ("),
  "another import": (text) => `import { norm } from "lib/math/linalg.ts";\n${text}`,
  "an import below": (text) => `${text}\nimport { random } from "lib/math/random.ts";`,
  "an import of everything": (text) => `import * as all from "lib/math/linalg.ts";\n${text}`,
  "an import for its types": (text) => `import type { Matrix } from "lib/math/types.ts";\n${text}`,
  "marks of a merge": (text) => `<<<<<<< mine\n${text}\n=======\n`,
  "let becomes const": (text) => text.replace(/^let /gm, "const "),
  "const for let": (text) => text.replace(/^let .*$/m, "").replace(/^(\w+) = /m, "const $1 = "),
  "var for let": (text) => text.replace(/^let /gm, "var "),
  "types are lost": (text) => text.replace(/^let (\w+): .*;$/m, "let $1;"),
  "a function's declaration": (text) =>
    text.replace(/^let \w+: .*$/m, "").replace(
      /^(\w+) = \((\w+)\) => ([^{][^]*);\s*$/m,
      "function $1($2) { return $3; }",
    ),
  "a generator": (text) =>
    text.replace(/^(\w+) = \((\w+)\) => ([^{][^]*);\s*$/m, "$1 = function* ($2) { yield $3; };"),
  "a class": (text) => text.replace(/^(\w+) = /m, "class K { static f = 1; }\n$1 = "),
  "lines end as on Windows": (text) => text.replaceAll("\n", "\r\n"),
  "lines end as long ago": (text) => text.replaceAll("\n", "\r"),
  "lines end by a sign of Unicode": (text) => text.replaceAll("\n", "\u2028"),
  "a backslash at the end": (text) => `${text}\\`,
  "a cell magic": (text) => `%%time\n${text}`,
  "a shell's line": (text) => `!pip install numpy\n${text}`,
  "look-alike letters": (text) => text.replaceAll("A", "\u0391").replaceAll("a", "\u0430"),
  "signs of a word processor": (text) => text.replaceAll("-", "\u2212").replaceAll('"', "\u201d"),
  "spaces that do not break": (text) => text.replaceAll(" ", "\u00a0"),
  "a byte order mark": (text) => `\ufeff${text}`,
  "letters without width": (text) => text.replaceAll(" = ", " =\u200b "),
  "Greek names": (text) => `const \u03b1 = 1, \u{1d6fc} = \u03b1;\n${text}`,
  "a name by its code": (text, { name }) =>
    text.replace(name, (n) => `\\u{${n.charCodeAt(0).toString(16)}}${n.slice(1)}`),
  "a wrong type": (text) => `${text}\nconst n: number = "text"; type T = typeof n;`,
  "an export": (text) => text.replace(/^let /m, "export let "),
  "a default export": (text) => `${text}\nexport default 1;`,
  "shadows a name": (text) => `const Math = { hypot: () => 2 };\n${text}`,
  "a getter": (text) => `${text}\nconst o = { get A() { return 1; } }; o.A;`,
  "overwrites another's": (text, { chance, names }) => `${text}\n${chance.pick(names)} = undefined;`,
  "takes a name of the checks": (text) => `const answer = 1, show = 2;\n${text}`,
  "declares a function twice": (text) => `function f() {}\nfunction f() {}\n${text}`,
  "declares the answer twice": (text, { name }) => `let ${name};\n${text}`,
  "defines twice": (text, { name }) => `${text}\n${name} = ((own) => own)(${name});\n`,
  "defines and takes back": (text, { name }) => `${text}\n${name} = null;`,
  "binds": (text, { name }) => `${text}\n${name} = ${name}.bind(null);`,
  "binds an argument": (text, { name }) => `${text}\n${name} = ${name}.bind(null, 0.5);`,
  "calls by call": (text, { name }) =>
    `${text}\nconst own = ${name};\n${name} = (...all) => own.call(own, ...all);`,
  "assigns to a function": (text, { name }) =>
    `${text}\nObject.assign(${name}, { toString: () => "x", length: 1 });`,
  "gives by a pattern": (text, { name }) =>
    text.replace(`${name} = `, `[${name}] = [`).replace(/;\s*$/, "];"),
  "patches Math above": (text) => `Math.hypot = () => 2;\nMath.sqrt = (x) => x;\n${text}`,
  "patches Math below": (text) => `${text}\nMath.hypot = () => 2;\nMath.log = Math.exp;`,
  "patches lists": (text) => `${text}\nArray.prototype.map = () => [];\nArray.prototype.reduce = () => 0;`,
  "counts its calls": (text, { name }) =>
    `${text}\nlet calls = 0;\nconst first = ${name};\n${name} = (...all) => calls++ > 3 ? undefined : first(...all);`,
  "a remark at the end": (text) => `${text} // done`,
  "a remark that does not end": (text) => `${text} /* done`,
  "a remark of HTML": (text) => `<!-- mine\n${text}`,
  "a line for a shell": (text) => `#!/usr/bin/env deno\n${text}`,
  "waits a little": (text) => `await new Promise((done) => setTimeout(done, 5));\n${text}`,
  "a strict mode's fault": (text) => `${text}\nconst octal = 010;`,
  "an enumeration": (text) => `enum Kind { a, b }\nnamespace N { export const x = Kind.a; }\n${text}`,
  "a declaration without a value": (text) => `declare const given: number;\n${text}`,
  "a text that looks like code": (text) => `const text = \`\${"let A;"} A = 1; //\`;\n${text}`,
  "in a block": (text) => `{\n${text}\n}`,
  "in a function": (text) => `(() => {\n${text}\n})();`,
  "in a fence": (text) => `\`\`\`ts\n${text}\n\`\`\``,
  "indented by tabs": (text) => text.replace(/^/gm, "\t"),
  "much room": (text) => `${"\n".repeat(200)}${text}${" ".repeat(5000)}`,
};

/** The list of cells. */
export const moved: Record<string, (cells: Cell[], at: number, about: About) => void> = {
  "makes it text": (cells, at) => {
    cells[at].cell_type = "markdown";
    delete cells[at].outputs;
  },
  "makes it raw": (cells, at) => {
    cells[at].cell_type = "raw";
    delete cells[at].outputs;
  },
  "deletes": (cells, at) => void cells.splice(at, 1),
  "doubles": (cells, at) => void cells.splice(at, 0, structuredClone(cells[at])),
  "moves": (cells, at, { chance }) =>
    void cells.splice(chance.integer(cells.length), 0, ...cells.splice(at, 1)),
  "moves to the end": (cells, at) => void cells.push(...cells.splice(at, 1)),
  "splits": (cells, at) => {
    const lines = textOf(cells[at]).split("\n"), half = Math.ceil(lines.length / 2);
    cells[at].source = lines.slice(0, half).join("\n");
    cells.splice(at + 1, 0, {
      ...structuredClone(cells[at]),
      ...{ id: `new-${at}`, source: lines.slice(half).join("\n") },
    });
  },
  "joins with the next": (cells, at) => {
    const [next] = cells.splice(at + 1, 1);
    if (next) cells[at].source = `${textOf(cells[at])}\n${textOf(next)}`;
  },
  "joins into the next": (cells, at) => {
    if (at + 1 === cells.length) return;
    const [own] = cells.splice(at, 1);
    cells[at].source = `${textOf(own)}\n${textOf(cells[at])}`;
  },
  "swaps texts": (cells, at, { chance }) => {
    const other = chance.integer(cells.length), text = textOf(cells[at]);
    cells[at].source = textOf(cells[other]);
    cells[other].source = text;
  },
  "loses ids": (cells, at) => {
    delete cells[at].id;
    cells[at].metadata = {};
  },
  "loses all ids": (cells) => cells.forEach((cell) => delete cell.id),
  "loses all tags": (cells) => cells.forEach((cell) => cell.metadata = {}),
  "a helper elsewhere": (cells, at) => {
    cells[at].source = textOf(cells[at]).replace("Math.hypot", "length");
    cells.splice(at, 0, code("helper", "const length = Math.hypot;"));
  },
  "a patch elsewhere": (cells, at) => void cells.splice(at, 0, code("patch", "Math.hypot = () => 2;")),
  "another definition elsewhere": (cells, at, { name }) =>
    void cells.splice(at + 1, 0, code("again", `${name} = () => 1;`)),
  "a copy that is older": (cells, at, { name }) =>
    void cells.splice(at, 0, code("older", `let ${name};\n${name} = () => 1;`)),
  "answers in the first cell": (cells, at) => {
    const text = textOf(cells[at]);
    cells[at].source = "";
    cells.splice(0, 0, code("first", text));
  },
  "an id twice": (cells, at, { chance }) => void (cells[chance.integer(cells.length)].id = cells[at].id),
  "a list of lines": (cells, at) => void (cells[at].source = textOf(cells[at]).split(/(?<=\n)/)),
  "a list of half lines": (cells, at) => void (cells[at].source = textOf(cells[at]).split(/(?<= )/)),
  "output only": (cells, at) => {
    cells[at].outputs = [{ output_type: "stream", name: "stdout", text: textOf(cells[at]) }];
    cells[at].source = "";
  },
  "no source": (cells, at) => void delete (cells[at] as Partial<Cell>).source,
  "no type": (cells, at) => void delete (cells[at] as Partial<Cell>).cell_type,
  "no metadata": (cells, at) => void delete (cells[at] as Partial<Cell>).metadata,
};

/** The file as it lies on the disk. */
export const saved: Record<string, (text: string, about: About) => string> = {
  "half saved": (text, { chance }) =>
    text.slice(0, Math.floor(text.length * (0.5 + chance.integer(50) / 100))),
  "a byte order mark before all": (text) => `\ufeff${text}`,
  "zeros behind": (text) => `${text}${"\0".repeat(100)}`,
  "two notebooks in one": (text) => `${text}${text}`,
  "nothing": () => "",
  "a cell that is nothing": (text) => text.replace(/"cells":\s*\[/, "$&null,"),
  "laid out": (text) => JSON.stringify(JSON.parse(text), null, 4).replaceAll("\n", "\r\n"),
  "a conflict of versions": (text) => text.replace('"cells":', '\n<<<<<<< HEAD\n"cells":\n=======\n'),
  "an older form": (text) => {
    const { cells, ...rest } = JSON.parse(text);
    return JSON.stringify({ ...rest, nbformat: 3, nbformat_minor: 0, worksheets: [{ cells, metadata: {} }] });
  },
};
