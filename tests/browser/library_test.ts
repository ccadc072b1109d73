import assert from "node:assert/strict";
import { cartesianTraces, figure, type Trace } from "lib/show/figure.ts";
import { drawingScript, figureHtml, loaderHtml } from "lib/show/page.ts";
import { browserTest, withBrowser } from "./browser.ts";

type Schema = { traces: Record<string, unknown>; layout: unknown };
type Drawn = Element & { _fullData?: { type: string }[] };

const square = [[1, 2, 3], [2, 5, 4], [3, 4, 6]], ends = { x: [0, 1, 2], y: [0, 2, 1], z: [1, 2, 3] };
/** What a trace needs to be one. */
const given: Record<string, Trace> = {
  heatmap: { z: square },
  contour: { z: square },
  surface: { z: square },
  image: { z: square.map((row) => row.map((v) => [40 * v, 20 * v, 0])) },
  pie: { values: [1, 2], labels: ["a", "b"] },
  scatterternary: { a: [1, 2], b: [2, 1], c: [1, 1] },
  scatterpolar: { r: [1, 2, 3], theta: [0, 60, 120] },
  treemap: { labels: ["a", "b", "c"], parents: ["", "a", "a"], values: [3, 1, 2] },
  sankey: { node: { label: ["a", "b"] }, link: { source: [0], target: [1], value: [1] } },
  parcoords: { dimensions: [{ values: [1, 2] }, { values: [3, 1] }] },
};
const traceOf = (type: string): Trace => ({ type, ...given[type] ?? ends });

browserTest(
  "law: the notebook's library is plotly's own, for all the traces it is said to draw",
  async () => {
    await withBrowser(async (browser) => {
      const schemaOf = async (whole: boolean): Promise<Schema> => {
        const page = await browser.newPage();
        await page.addScriptTag({ content: drawingScript(whole) });
        return JSON.parse(await page.evaluate("JSON.stringify(Plotly.PlotSchema.get())"));
      };
      const part = await schemaOf(false), whole = await schemaOf(true);
      assert.deepEqual(new Set(Object.keys(part.traces)), cartesianTraces);
      for (const type of Object.keys(part.traces)) {
        assert.deepEqual(part.traces[type], whole.traces[type], type);
      }
      assert.ok(Object.keys(whole.traces).length > 40);
    });
  },
);

browserTest("law: figures of every kind are drawn as what they are, flat or not, on one page", async () => {
  const others = ["scatterpolar", "treemap", "sankey", "surface", "scattergl", "scatter3d"];
  const types = [...cartesianTraces as Set<string>, ...others];
  const words = { caption: "One.", description: "One." };
  const turned = figure({
    data: [traceOf("contour")],
    layout: {
      updatemenus: [{
        buttons: ["contour", "surface"].map((type) => ({
          label: type,
          method: "restyle",
          args: ["type", type],
        })),
      }],
    },
    ...words,
  });
  const made = [...types.map((type) => figure({ data: [traceOf(type)], ...words })), turned];
  await withBrowser(async (browser) => {
    const page = await (await browser.newContext({ offline: true })).newPage(), faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.setContent(`<!DOCTYPE html><body>${loaderHtml()}${made.map(figureHtml).join("")}`);
    await page.waitForFunction(
      (count) => document.querySelectorAll(".js-plotly-plot").length === count,
      made.length,
    );
    const drawn = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<Drawn>(".syw-plot")].map((plot) => plot._fullData?.[0].type)
      );
    assert.deepEqual(await drawn(), [...types, "contour"]);
    await page.locator("select").selectOption("surface");
    await page.waitForFunction(() =>
      [...document.querySelectorAll<Drawn>(".syw-plot")].at(-1)?._fullData?.[0].type === "surface"
    );
    assert.deepEqual(faults, []);
  });
});

browserTest(
  "edge: without the whole of plotly its figure says so, and is not drawn as something else",
  async () => {
    const surface = figure({ data: [traceOf("surface")], caption: "One.", description: "One." });
    const without = figureHtml(surface).replace(/<script type="text\/plain"[^]*?<\/script>/, "");
    const flat = figureHtml(figure({ data: [traceOf("scatter")], caption: "One.", description: "One." }));
    await withBrowser(async (browser) => {
      const page = await browser.newPage();
      await page.setContent(`<!DOCTYPE html><body>${loaderHtml()}${flat}${without}`);
      await page.locator(".js-plotly-plot").waitFor();
      await page.getByText("This figure can't be drawn here").waitFor();
      assert.equal(await page.locator(".js-plotly-plot").count(), 1);
    });
  },
);
