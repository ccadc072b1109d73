import type { Case } from "./plan.ts";

/** Best and median milliseconds of a runner over all rounds, and its peak memory in MB. */
export interface Result {
  readonly best: number;
  readonly median: number;
  readonly check: number;
  readonly peak: number;
  /** Why it did not run; its times are then no numbers. */
  readonly failure?: string;
}

export type Results = ReadonlyMap<string, ReadonlyMap<string, Result>>;

/** A line of the table of ratios. */
export interface Row {
  readonly name: string;
  readonly label: string;
  readonly best: number;
  readonly median: number;
  readonly goal: number;
}

const smallest = (results: ReadonlyMap<string, Result>, names: readonly string[], key: "best" | "median") =>
  Math.min(...names.map((name) => results.get(name)?.[key] ?? Infinity));

/** peer / ours, the better of each side's settings; > 1: ours is faster. */
export function rows(cases: readonly Case[], results: Results): Row[] {
  return cases.flatMap(({ name, goals }) => {
    const of = results.get(name);
    if (of === undefined) return [];
    return goals.flatMap(({ label, ours, peers, least }) => {
      const ratio = (key: "best" | "median") => smallest(of, peers, key) / smallest(of, ours, key);
      const best = ratio("best");
      return Number.isFinite(best) && best > 0
        ? [{ name, label, best, median: ratio("median"), goal: least }]
        : [];
    });
  });
}

const number = (x: number) => x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2);
const ms = (x: number) => x >= 1 ? `${number(x)} ms` : `${number(1000 * x)} µs`;

/**
 * What the machine allows: flops at its fastest product, bytes at what it copies, whichever takes longer; and how much
 * of that our best runner reaches.
 */
function bounds(cases: readonly Case[], results: Results): string[] {
  const of = results.get("machine");
  if (of === undefined) return [];
  const product = smallest(of, ["product +r", "product BLAS +r"], "best"),
    copy = of.get("copy")?.best ?? Infinity;
  const rate = 2 * 512 ** 3 / product, bandwidth = 2 ** 27 / copy;
  return [
    "## Bounds",
    "",
    `A product of 512 × 512 × 512 runs at ${number(rate / 1e6)} GF/s here, a copy at ${
      number(bandwidth / 1e6)
    } GB/s.`,
    "",
    "| case | Mflop | MB | bound | our best | of the bound |",
    "| --- | --: | --: | --: | --: | --: |",
    ...cases.flatMap(({ name, work, goals }) => {
      const found = results.get(name);
      if (work === undefined || found === undefined) return [];
      const least = Math.max(work.flops / rate, work.bytes / bandwidth);
      const best = smallest(found, goals.flatMap(({ ours }) => ours), "best");
      const cells = [work.flops / 1e6, work.bytes / 1e6].map(number);
      return [
        `| ${name} | ${cells.join(" | ")} | ${ms(least)} | ${ms(best)} | ${
          Math.round(100 * least / best)
        } % |`,
      ];
    }),
    "",
  ];
}

/** The Markdown page: ratios first, then every runner's times. */
export function markdown(
  cases: readonly Case[],
  results: Results,
  about: {
    machine: string;
    date: string;
    cold: readonly [number, number];
    memory: readonly [number, number];
  },
): string {
  const ratios = rows(cases, results).map(({ name, label, best, median, goal }) =>
    `| ${name} | ${label} | **${number(best)}** | ${number(median)} | ${goal > 0 ? goal : "–"} | ${
      goal <= 0 ? "" : best >= goal ? "reached" : "missed"
    } |`
  );
  const times = cases.flatMap(({ name, runners }) =>
    runners.flatMap((runner) => {
      const r = results.get(name)?.get(runner.name);
      if (r === undefined) return [];
      return r.failure !== undefined
        ? [`| ${name} | ${runner.name} | does not run: ${r.failure} | | |`]
        : [`| ${name} | ${runner.name} | ${ms(r.best)} | ${ms(r.median)} | ${r.peak.toFixed(0)} MB |`];
    })
  );
  const [coldOurs, coldPeer] = about.cold, [memoryOurs, memoryPeer] = about.memory;
  return [
    "# Benchmark: lib/tensor and lib/math against PyTorch, JAX, NumPy and SciPy",
    "",
    `${about.date}; ${about.machine}. Made by \`deno task bench\`: fresh processes in turn, ratios peer / ours (above 1 ours is faster; a run of some cases renews their rows only, and the load is that of the last run), best of all blocks and median of blocks. Both sides at their best settings: one or two threads, fused Adam, jit; a ratio is that of the fastest peer. \`+r\`: V8's \`--experimental-wasm-revectorize\`, which the course's kernel sets; BLAS: \`useNativeProducts()\`, which nobody has to use.`,
    "",
    "| case | compared | best | median | goal | |",
    "| --- | --- | --: | --: | --: | --- |",
    ...ratios,
    `| cold | first gradient of a fresh process vs PyTorch | **${number(coldPeer / coldOurs)}** | | 8 | ${
      coldPeer / coldOurs >= 8 ? "reached" : "missed"
    } |`,
    `| memory | peak of vae-784, ours / PyTorch | **${number(memoryOurs / memoryPeer)}** | | ≤ 0.45 | ${
      memoryOurs / memoryPeer <= 0.45 ? "reached" : "missed"
    } |`,
    "",
    ...bounds(cases, results),
    "## Times",
    "",
    "| case | engine | best | median | peak memory |",
    "| --- | --- | --: | --: | --: |",
    ...times,
    "",
    ...cases.map(({ name, what }) => `- ${name}: ${what}`),
    "",
  ].join("\n");
}

/** The rows of steps for the README: a line a case, best peer / ours by best-of. */
export function brief(cases: readonly Case[], results: Results, machine: string, date: string): string {
  const labels = [
    "compiled fused, +r, BLAS",
    "compiled plain, +r, BLAS",
    "compiled fused, +r",
    "compiled plain, +r",
    "compiled plain, no flag",
    "plain as written, +r",
  ];
  const all = rows(cases, results);
  const lines = cases.filter(({ work }) => work !== undefined).map(({ name, what }) => {
    const cells = labels.map((label) => all.find((row) => row.name === name && row.label === label));
    return `| ${what} | ${cells.map((row) => row === undefined ? "" : number(row.best)).join(" | ")} |`;
  });
  return [
    `Time of the fastest peer (PyTorch, JAX) / our time, best of many blocks: above 1 ours is faster. \`+r\` is the kernelspec's flag, BLAS what \`useNativeProducts()\` takes, for who asks. ${date}; ${machine}.`,
    "",
    `| a step of | ${labels.join(" | ")} |`,
    `| --- | ${labels.map(() => "--:").join(" | ")} |`,
    ...lines,
  ].join("\n");
}

/** A page with one bar a row, on a logarithmic axis; the library comes from node_modules, inlined. */
export function page(rowsOf: readonly Row[], library: string, title: string): string {
  const data = [{
    type: "bar",
    orientation: "h",
    x: rowsOf.map((r) => r.best),
    y: rowsOf.map((r) => `${r.name} · ${r.label}`),
    text: rowsOf.map((r) => number(r.best)),
    marker: { color: rowsOf.map((r) => r.best >= 1 ? "#2b7a5b" : "#b5542c") },
  }];
  const layout = {
    title: { text: title },
    height: 120 + 24 * rowsOf.length,
    margin: { l: 320 },
    xaxis: { type: "log", title: { text: "time of the peer / our time (above 1 ours is faster)" } },
    yaxis: { autorange: "reversed" },
    shapes: [{ type: "line", x0: 1, x1: 1, y0: 0, y1: 1, yref: "paper", line: { dash: "dot" } }],
  };
  const json = JSON.stringify({ data, layout }).replaceAll("<", "\\u003c");
  return `<!doctype html><meta charset="utf-8"><title>Benchmark</title><div id="chart"></div><script>${library}</script>` +
    `<script>const f = ${json}; Plotly.newPlot("chart", f.data, f.layout, { displaylogo: false });</script>`;
}
