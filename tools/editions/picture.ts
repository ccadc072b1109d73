import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import type { Figure } from "lib/show/figure.ts";
import { drawingScript } from "lib/show/page.ts";
import { findChromium } from "../chromium.ts";
import { joinCells } from "../cells/join.ts";
import { parseCell } from "../cells/parse.ts";
import { type CodeCell, type Notebook, parseNotebook } from "../notebook.ts";
import { thisPlatform } from "../setup/platform.ts";
import { pruneLinks, readModule } from "./modules.ts";
import type { Picture } from "./notebook.ts";

/** Figures of solutions that students see as a picture, drawn once when the editions are made. */
export interface Drawn {
  pictures: Map<string, Picture>;
  /** Why pictures are missing, if they are. */
  missing?: string;
}

const width = 760;

/** Draws the figure of every cell tagged `picture`, of all notebooks. */
export async function drawPictures(
  root: string,
  subjects: readonly { file: string }[],
  wanted = true,
): Promise<Drawn> {
  const figures = new Map<string, Figure>();
  for (const { file } of subjects) {
    const notebook = parseNotebook(await Deno.readTextFile(`${root}/${file}`), file);
    for (const [id, figure] of await figuresOf(notebook)) figures.set(id, figure);
  }
  const numbers = [...figures].map(([id, figure]): [string, Picture] => [id, { number: numberOf(figure) }]);
  const pictures = new Map(numbers);
  if (figures.size === 0) return { pictures };
  const program = wanted ? await findChromium(thisPlatform()) : null;
  if (program === null) return { pictures, missing: wanted ? "no browser to draw with" : "not drawn" };
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    for (const [id, figure] of figures) {
      pictures.set(id, { number: numberOf(figure), png: await draw(browser, figure) });
    }
  } finally {
    await browser.close();
  }
  return { pictures };
}

const plotly = "application/vnd.plotly.v1+json";

/**
 * An executed notebook in which every figure is a picture, too, for what can draw nothing: LaTeX, PDF, plain Markdown.
 *
 * @returns the notebook, and why there are no pictures in it where there are none
 */
export async function withPictures(notebook: Notebook): Promise<{ notebook: Notebook; missing?: string }> {
  const program = await findChromium(thisPlatform());
  if (program === null) return { notebook, missing: "no browser to draw with" };
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const cells = [];
    for (const cell of notebook.cells) {
      const outputs = [];
      for (const output of cell.cell_type === "code" ? cell.outputs : []) {
        const figure = "data" in output ? output.data[plotly] as Figure | undefined : undefined;
        if (!figure || !("data" in output)) outputs.push(output);
        else {
          const height = Number(figure.layout.height) || 400,
            png = await draw(browser, { ...figure, height });
          outputs.push({ ...output, data: { ...output.data, "image/png": png } });
        }
      }
      cells.push(cell.cell_type === "code" ? { ...cell, outputs } : cell);
    }
    return { notebook: { ...notebook, cells } };
  } finally {
    await browser.close();
  }
}

/** "4.1" from a caption that begins `**Figure 4.1**`. */
function numberOf({ caption }: Figure): string {
  return /Figure ([\d.]*\d)/.exec(caption)?.[1] ?? "";
}

/** The figures that cells tagged `picture` show: the cell is run with the cells it needs, and `show` listens. */
async function figuresOf(notebook: Notebook): Promise<Map<string, Figure>> {
  const code = notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  const found = new Map<string, Figure>();
  for (const cell of code) {
    if (!cell.metadata.tags?.includes("picture")) continue;
    const joined = joinCells(needed(code, cell));
    if ("faults" in joined) throw new Error(`Cannot draw ${cell.id}: ${joined.faults[0].message}`);
    const own = `const shown__: unknown[] = [], begin = async () => {};
const show = async (...items: unknown[]) => { shown__.push(...items); };
`;
    const text = own + joined.text.replace(/export \{\};\s*$/, "export { shown__ };\n");
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    try {
      await Deno.writeTextFile(file, text);
      const { shown__ } = await import(pathToFileURL(file).href) as { shown__: Figure[] };
      if (shown__[0]?.kind !== "figure") {
        throw new Error(`Cannot draw ${cell.id}: expected a figure, got none`);
      }
      found.set(cell.id, shown__[0]);
    } finally {
      await Deno.remove(file);
    }
  }
  return found;
}

/** The cell after the imports and the declarations of earlier cells that it uses, directly or not. */
function needed(code: readonly CodeCell[], cell: CodeCell): CodeCell[] {
  const chosen = [cell], names = readModule(cell.source).used;
  for (const before of code.slice(0, code.indexOf(cell)).toReversed()) {
    const parsed = parseCell(before.source);
    if ("fault" in parsed) continue;
    if (parsed.imports.length > 0 || parsed.declared.some((name) => names.has(name))) {
      chosen.unshift(before);
      for (const name of readModule(before.source).used) names.add(name);
    }
  }
  const listening = (name: string) => name === "show" || name === "begin";
  return chosen.map((c) => ({
    ...c,
    source: pruneLinks(c.source, (_, { local }) => !listening(local) && names.has(local)),
  }));
}

/** A figure as base64 PNG: without sliders and menus, which a picture can't move. */
async function draw(browser: Browser, { data, layout, height }: Figure): Promise<string> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  try {
    await page.setContent("<div id=figure></div>");
    await page.addScriptTag({ content: drawingScript(true) });
    // the room that sliders had below the axes is not needed
    const margin = layout.margin as { b?: number } | undefined;
    const spare = Math.max(0, (margin?.b ?? 0) - 60);
    const still = {
      ...layout,
      margin: { ...margin, b: (margin?.b ?? 0) - spare },
      sliders: [],
      updatemenus: [],
      width,
      height: height - spare,
      paper_bgcolor: "#ffffff",
    };
    const url = await page.evaluate(`(async () => {
      await Plotly.newPlot("figure", ${JSON.stringify(data)}, ${JSON.stringify(still)}, { staticPlot: true });
      return await Plotly.toImage("figure", { format: "png", width: ${width}, height: ${still.height}, scale: 1 });
    })()`);
    return String(url).replace(/^data:image\/png;base64,/, "");
  } finally {
    await page.close();
  }
}
