/** What an editor says of the notebooks, through the language server that VS Code's extension starts. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { root } from "../../tools/command.ts";
import { type Files, solutionEdition, subjects } from "../../tools/editions/project.ts";
import { type Notebook, parseNotebook } from "../../tools/notebook.ts";
import { edition as studentEdition } from "../shared.ts";
import { rests } from "../tools/fixtures.ts";
import { LanguageServer } from "./language_server.ts";

const codeOf = ({ cells }: Notebook) => cells.filter(({ cell_type }) => cell_type === "code");

/** A project as somebody has unpacked and set it up. */
async function unpacked(files: Files): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-editor-" });
  for (const [path, text] of files) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
  await Deno.symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return await Deno.realPath(folder);
}

const editions = {
  student: async () => (await studentEdition()).files,
  solution: () => solutionEdition(root),
};

for (const [edition, make] of Object.entries(editions)) {
  Deno.test(`law: no cell of the ${edition} edition is underlined`, async () => {
    const folder = await unpacked(await make());
    try {
      await using server = await LanguageServer.start(folder);
      const wrong: string[] = [];
      for (const { notebook } of await subjects(root)) {
        const file = join(folder, "notebooks", `${notebook}.ipynb`);
        const cells = codeOf(parseNotebook(await Deno.readTextFile(file), notebook));
        assert.ok(cells.length > 8, notebook);
        await server.open(notebook, cells);
        for (const { id } of cells) {
          for (const { severity, code, message } of await server.squiggles(notebook, id)) {
            // hints and greyed names are no squiggles
            if (severity === undefined || severity < 3) wrong.push(`${notebook} ${id}: ${code} ${message}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("law: in a student's cell helpers are explained and completed, and a type error is underlined", {
  ignore: rests("05_simsiam"),
}, async () => {
  const folder = await unpacked((await studentEdition()).files);
  try {
    await using server = await LanguageServer.start(folder);
    const file = join(folder, "notebooks", "05_simsiam.ipynb");
    const cells = codeOf(parseNotebook(await Deno.readTextFile(file), "05_simsiam"));
    await server.open("05_simsiam", cells);
    const id = "answer-dWp", stub = cells.find((cell) => cell.id === id)!.source;
    const lines = stub.split("\n").length;
    const write = (text: string, version: number) =>
      server.change("05_simsiam", id, `${stub}\n${text}`, version);
    await write("dWp = ({ W, Wp, X }) => tra", 2);
    const offered = await server.completions(server.uri("05_simsiam", id), { line: lines, character: 27 });
    for (const helper of ["add", "sub", "mul", "scale", "transpose", "trace", "kron", "identity"]) {
      assert.ok(offered.includes(helper), helper);
    }
    await write("dWp = ({ W, Wp, X }) => scale(2, W);", 3);
    const told = await server.hover(server.uri("05_simsiam", id), { line: lines, character: 26 });
    assert.match(told, /scale.*Matrix|Rows|number/s);
    const own = async () =>
      (await server.squiggles("05_simsiam", id)).filter(({ severity = 1 }) => severity === 1);
    assert.deepEqual(await own(), []);
    await write('dWp = ({ W, Wp, X }) => scale("2", W);', 4);
    const [squiggle, ...more] = await own();
    assert.equal(more.length, 0);
    assert.equal(squiggle?.code, 2345);
    assert.equal(squiggle.range.start.line, lines);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** The cells of a notebook as JupyterLab joins them. */
const joined = (cells: readonly { source: string }[]) =>
  cells.map(({ source }) => `\n\n\n${source}`).join("\n");

for (const [edition, make] of Object.entries(editions)) {
  Deno.test(`law: nor is anything underlined in JupyterLab, ${edition} edition`, async () => {
    const folder = await unpacked(await make());
    try {
      await using server = await LanguageServer.startForLab(folder);
      for (const { notebook } of await subjects(root)) {
        const file = join(folder, "notebooks", `${notebook}.ipynb`);
        const cells = codeOf(parseNotebook(await Deno.readTextFile(file), notebook));
        const squiggles = await server.show(server.joined(notebook), joined(cells), 1);
        const wrong = squiggles.filter(({ severity = 1 }) => severity < 3);
        assert.deepEqual(wrong.map(({ message }) => message), [], notebook);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("law: JupyterLab explains and completes helpers, and underlines a type error in its line", {
  ignore: rests("05_simsiam"),
}, async () => {
  const folder = await unpacked((await studentEdition()).files);
  try {
    await using server = await LanguageServer.startForLab(folder);
    const file = join(folder, "notebooks", "05_simsiam.ipynb");
    const cells = codeOf(parseNotebook(await Deno.readTextFile(file), "05_simsiam"));
    const uri = server.joined("05_simsiam");
    const written = (text: string) =>
      joined(
        cells.map(({ id, source }) => ({ source: id === "answer-dWp" ? `${source}\n${text}` : source })),
      );
    const placeOf = (whole: string, text: string) => {
      const before = whole.slice(0, whole.indexOf(text) + text.length).split("\n");
      return { line: before.length - 1, character: before.at(-1)!.length };
    };
    const right = written("dWp = ({ W, Wp, X }) => scale(2, tra"),
      wrong = written('dWp = ({ W }) => scale("2", W);');
    await server.show(uri, right, 1);
    const offered = await server.completions(uri, placeOf(right, "scale(2, tra"));
    for (const helper of ["add", "sub", "mul", "scale", "transpose", "trace", "kron", "identity"]) {
      assert.ok(offered.includes(helper), helper);
    }
    const [squiggle, ...more] = (await server.show(uri, wrong, 2)).filter(({ severity = 1 }) =>
      severity === 1
    );
    assert.deepEqual([squiggle?.code, more], [2345, []]);
    assert.equal(squiggle.range.start.line, placeOf(wrong, 'scale("2"').line);
    assert.match(await server.hover(uri, placeOf(wrong, "=> sca")), /scale.*Matrix|Rows|number/s);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
