/** What makes a student's page live: its scripts, made from the files that a student gets and nothing else. */
import { build, type Plugin, stop } from "esbuild";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { dirname, normalize } from "node:path/posix";
import { fileURLToPath } from "node:url";
import course from "../../../data/course.json" with { type: "json" };
import { inWords } from "lib/course/words.ts";
import { packed, scriptJson } from "lib/show/page.ts";
import { escapeHtml } from "lib/show/tex.ts";
import { root } from "../../command.ts";
import { subjectOf } from "../../course.ts";
import { readModule } from "../../editions/modules.ts";
import { importsOf, judgedBy } from "../../editions/notebook.ts";
import type { Files } from "../../editions/project.ts";
import { shown } from "../../grade/rooms.ts";
import { type CodeCell, type Notebook, parseNotebook } from "../../notebook.ts";
import type { AskedAnswer, Config } from "./config.ts";

/** The parts of a live page. */
export interface Live {
  /** Under the title: what this page is, and the place for its buttons. */
  panel: string;
  /** Data and packed scripts. */
  data: string;
  /** What runs when the page is there. */
  script: string;
  /** The licences of what travels in it. */
  licences: string;
}

const here = fileURLToPath(new URL(".", import.meta.url));
const stubs = { name: "nothing", contents: "export default {};" };

/** Makes the parts of one page after the other; what they share is made with the first. */
export function liveMaker(files: Files): (notebook: string) => Promise<Live> {
  const notebooks = new Map(
    Object.values(course.questions).flatMap(({ notebook }) => {
      const text = files.get(`notebooks/${notebook}.ipynb`);
      return text === undefined ? [] : [[notebook, text] as const];
    }),
  );
  const answers = askedOf(notebooks), used = new Set<string>();
  let shared: Promise<{ script: string; tfjs: string }> | undefined;
  const makeShared = async () => ({
    script: await bundled({ entry: join(here, "main.ts") }, files, used),
    tfjs: await bundled({ contents: tensors }, files, used),
  });
  return async (name) => {
    const { script, tfjs } = await (shared ??= makeShared());
    const text = notebooks.get(name)!, notebook = parseNotebook(text, name), own = new Set(used);
    const withTensors = reaches(files, questionsOf(name), (path) => path.startsWith("lib/tensor/"));
    const engine = await bundled({ contents: entryOf(files, name, notebook, withTensors) }, files, own);
    await stop();
    const part = (id: string, text: string) =>
      `<script type="text/plain" id="${id}">${packed(text)}</script>`;
    const config = configOf(name, notebook, answers, notebooks);
    return {
      panel,
      data: `<script type="application/json" id="syw-live">${scriptJson(config)}</script>` +
        part("syw-engine", engine) + (withTensors ? "" : part("syw-tfjs", tfjs)),
      script,
      licences: await licencesOf(own),
    };
  };
}

const tensors = `import * as tf from "@tensorflow/tfjs"; self.syw.modules["@tensorflow/tfjs"] = tf;`;
/** A student's own numbers are another course's: answers to them are kept apart. */
const student = (course.variant as { student?: number }).student ?? "all";

const questionsOf = (notebook: string) => `lib/${subjectOf(notebook)}/questions.ts`;

/** The answers of all notebooks, each with its cell as it was handed out. */
function askedOf(notebooks: ReadonlyMap<string, string>): AskedAnswer[] {
  return Object.values(course.questions).flatMap(({ notebook, answers }) => {
    const text = notebooks.get(notebook);
    if (text === undefined) return [];
    const { cells } = parseNotebook(text, notebook);
    return answers.flatMap((asked): AskedAnswer[] => {
      const cell = cells.find(({ id }) => id === `answer-${asked.name}`);
      return cell ? [{ ...asked, notebook, prose: cell.cell_type !== "code", stub: cell.source }] : [];
    });
  });
}

function configOf(
  name: string,
  { cells }: Notebook,
  answers: readonly AskedAnswer[],
  notebooks: ReadonlyMap<string, string>,
): Config {
  const own = new Set(answers.filter(({ notebook }) => notebook === name).map(({ name }) => name));
  const code = cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  const free = code.filter(({ metadata: { tags = [] } }) =>
    !tags.some((tag) => ["answer", "check", "further"].includes(tag))
  );
  return {
    key: `show-your-work ${course.title} ${course.variant.year} ${student} `,
    notebook: name,
    seconds: course.grading.secondsPerAnswer,
    answers,
    notebooks: Object.fromEntries(notebooks),
    many: inWords(notebooks.size),
    checks: Object.fromEntries(code.flatMap((cell) => {
      const judged = judgedBy(cell);
      return judged === undefined ? [] : [[judged, cell.id]];
    })),
    figures: free.map(({ id, source }) => ({
      id,
      uses: [...readModule(source).used].filter((n) => own.has(n)),
    }))
      .filter(({ uses }) => uses.length > 0),
    standing: code.find(({ source }) => /\bstanding\(/.test(source))?.id,
  };
}

/** Whether a module of the student's reaches another one. */
function reaches(files: Files, from: string, wanted: (path: string) => boolean): boolean {
  const seen = new Set<string>(), queue = [from];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path) || !files.has(path) || !path.endsWith(".ts")) continue;
    seen.add(path);
    if (wanted(path)) return true;
    for (const { source } of readModule(files.get(path)!).links) {
      if (/^(\.|lib\/)/.test(source)) queue.push(targetOf(path, source));
    }
  }
  return false;
}

const targetOf = (from: string, source: string) =>
  source.startsWith("lib/") ? source : normalize(`${dirname(from)}/${source}`);

/** The worker's program: the questions of one notebook, and every module that an answer to it may import. */
function entryOf(files: Files, name: string, notebook: Notebook, withTensors: boolean): string {
  const subject = subjectOf(name), drawing = importsOf(notebook);
  const isOffered = (path: string) =>
    path.endsWith(".ts") && !shown.test(path) &&
    !reaches(files, path, (inner) =>
      /^lib\/(course\/digits\.ts|show\/)/.test(inner) || !withTensors && inner.startsWith("lib/tensor/"));
  const modules = [...files.keys()].filter((path) =>
    new RegExp(`^lib/(math|proof|${subject})/`).test(path) && isOffered(path) ||
    /^lib\/\w+\/figures(\/|\.ts$)/.test(path) && drawing.has(path) &&
      !reaches(files, path, (inner) => inner === "lib/show/page.ts")
  );
  const packages = ["mathjs", "ml-matrix", ...(withTensors ? ["@tensorflow/tfjs"] : [])];
  const all = [...modules, ...packages];
  const offers = Object.fromEntries(
    modules.filter((path) => !shown.test(path)).map((path) => {
      const names = [...readModule(files.get(path)!).exported].filter((name) => name !== "*");
      return [path, names];
    }),
  );
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code")
    .map(({ id, cell_type, metadata: { tags }, source }) => ({ id, cell_type, metadata: { tags }, source }));
  return `import { answer } from ${JSON.stringify(questionsOf(name))};
import { open } from ${JSON.stringify(join(here, "desk.ts"))};
import { serve, show } from ${JSON.stringify(join(here, "run.ts"))};
${all.map((path, k) => `import * as m${k} from ${JSON.stringify(path)};`).join("\n")}
const { questions } = answer;
self.syw = {
  modules: { ${all.map((path, k) => `${JSON.stringify(path)}: m${k}`).join(", ")} },
  show,
  serve: (cells, answers) => serve(questions, cells, answers),
  open: () => open({ questions, cells: ${JSON.stringify(cells)}, offers: ${JSON.stringify(offers)} }),
};`;
}

/** lib and data as students have them, wherever they are asked for; nothing of Node's. */
const studentsOnly = (files: Files): Plugin => ({
  name: "student",
  setup({ onResolve, onLoad }) {
    const student = (path: string) => ({ path, namespace: "student" });
    onResolve({ filter: /^(lib|data)\// }, ({ path }) => student(path));
    onResolve(
      { filter: /^\.\.?\//, namespace: "student" },
      ({ path, importer }) => student(targetOf(importer, path)),
    );
    onResolve(
      { filter: /data\/\w+\.json$/, namespace: "file" },
      ({ path }) => student(path.replace(/^.*(?=data\/)/, "")),
    );
    // without a screen it draws nothing, and what it computes is not what the grader computes
    onResolve(
      { filter: /^(node:|@tensorflow\/tfjs-backend-webgl$)/ },
      ({ path }) => ({ path, namespace: stubs.name }),
    );
    onLoad(
      { filter: /./, namespace: stubs.name },
      () => ({ contents: "module.exports = {};", loader: "js" }),
    );
    onLoad({ filter: /./, namespace: "student" }, ({ path }) => {
      const contents = files.get(path);
      if (contents === undefined) {
        throw new Error(`Cannot make a live page: expected ${path} in the student's project, got none`);
      }
      return { contents, loader: path.endsWith(".json") ? "json" : "ts", resolveDir: root };
    });
  },
});

/** One minified script for a page or a worker. */
async function bundled(
  { entry, contents }: { entry?: string; contents?: string },
  files: Files,
  used: Set<string>,
): Promise<string> {
  const { outputFiles: [{ text }], metafile } = await build({
    ...(entry
      ? { entryPoints: [entry] }
      : { stdin: { contents: contents!, resolveDir: root, loader: "ts" } }),
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    charset: "utf8",
    format: "iife",
    target: "es2022",
    legalComments: "none",
    mainFields: ["browser", "module", "main"],
    define: { "import.meta.url": '""', "process.env.NODE_ENV": '"production"', "global": "globalThis" },
    plugins: [studentsOnly(files)],
    absWorkingDir: root,
    logLevel: "silent",
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    if (bytesInOutput === 0) continue;
    const folder = /^((?!\(disabled\)).*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
    if (folder) used.add(folder);
  }
  return text.replace(/<\/script/gi, "<\\/script").replace(/<!--/g, "<\\!--");
}

/** The licences of the packages in it, folded; the same text once. */
async function licencesOf(folders: ReadonlySet<string>): Promise<string> {
  const byText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const path = join(root, folder), names = await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
    const { name, version, license } = JSON.parse(await Deno.readTextFile(join(path, "package.json")));
    const file = names.find((name) => /^licen[cs]e/i.test(name));
    const text = file ? await Deno.readTextFile(join(path, file)) : `Licence: ${license}`;
    byText.set(text.trim(), [...byText.get(text.trim()) ?? [], `${name} ${version}`]);
  }
  const texts = [...byText].map(([text, names]) => `${[...new Set(names)].join(", ")}\n\n${text}`);
  return `<details class="licences"><summary>Licences of the programs in this page</summary><pre>${
    escapeHtml(texts.join("\n\n\n"))
  }</pre></details>`;
}

/** What stands under the title: how the page is used, and its buttons. */
const panel = `<section id="live-panel" class="cell text" aria-label="Your answers">
<noscript><p>Without scripts this page is for reading: answers are checked in the notebook.</p></noscript>
<p class="live-only">This page runs: write an answer, press <em>Check</em>, and read what it does. It needs no network, and keeps your answers in this browser until you clear them. To hand in, download all notebooks: the file is what is uploaded. A notebook that is dropped on the page fills its answers in.</p>
<p class="live-only" id="live-keys">In an editor, <kbd>Ctrl</kbd> <kbd>Enter</kbd> checks, <kbd>Ctrl</kbd> <kbd>]</kbd> indents, and <kbd>Tab</kbd> leaves. So far: <strong id="live-points">0 points</strong>.</p>
</section>`;

/** The sum by which a page's policy names a script. */
export const sumOf = (script: string): string =>
  `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
