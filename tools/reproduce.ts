/** `deno task reproduce [NAME …]`: runs what papers report, and keeps it beside their numbers. */
import { parseArgs } from "node:util";
import { assertReproduced, comparisonRow, type Reproduced } from "lib/course/reproduction.ts";
import { products } from "lib/math/native.ts";
import { setThreads, useNativeProducts } from "lib/tensor/mod.ts";
import { fail, root } from "./command.ts";
import { mnistData } from "./reproduce/data.ts";
import { deskOf, folderStore, writeWhole } from "./reproduce/desk.ts";
import { editionOf, type Registered, registry } from "./reproduce/registry.ts";
import { thisPlatform } from "./setup/platform.ts";

const help = `deno task reproduce [NAME … | --all] [--fresh]

Without a name: lists the reproductions. With names, or --all: runs them and writes data/reproductions/NAME.json.
Ctrl-C stops one; the same command goes on where it stopped. The same seeds give the same numbers.

  --all      all of them, one after the other
  --fresh    forgets what an earlier run has done
  --threads  1 leaves a core to others (2); the numbers are the same
  --native   large products by OpenBLAS (deno task setup --native); its digits depend on the processor, so they
             are printed and not written`;

const pathOf = (name: string) => `${root}/data/reproductions/${name}.json`;

async function recorded(name: string): Promise<Reproduced | undefined> {
  try {
    const value: unknown = JSON.parse(await Deno.readTextFile(pathOf(name)));
    assertReproduced(value, name);
    return value;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw cause;
  }
}

async function list(all: readonly Registered[]): Promise<void> {
  if (all.length === 0) console.log("No subject of this course has a lib/<subject>/reproduce.ts");
  for (const { subject, reproduction: { name, title, paper, minutes, mnist } } of all) {
    const done = await recorded(name);
    const agreeing = done?.comparisons.filter(({ agrees }) => agrees).length;
    const state = done
      ? `${agreeing} of ${done.comparisons.length} agree, ${Math.ceil(done.seconds)} s on ${
        done.date.slice(0, 10)
      }`
      : "not run yet";
    console.log(
      `${name.padEnd(20)} ${subject.padEnd(12)} ${title}\n${" ".repeat(34)}${paper}; up to ${minutes} min${
        mnist ? ", MNIST" : ""
      }; ${state}`,
    );
  }
}

async function machine(): Promise<Reproduced["machine"]> {
  const info = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return {
    processor: /^model name\s*:\s*(.*)$/m.exec(info)?.[1] ?? `${Deno.build.os} ${Deno.build.arch}`,
    cores: navigator.hardwareConcurrency,
    load: Math.round(10 * Deno.loadavg()[1]) / 10,
    deno: Deno.version.deno,
  };
}

const timeLeft = (seconds: number | undefined) =>
  seconds === undefined
    ? ""
    : seconds < 100
    ? `, ${Math.ceil(seconds)} s left`
    : `, ${Math.ceil(seconds / 60)} min left`;

/** One line in place on a terminal, else a line every ten seconds. */
function teller(name: string) {
  let last = -Infinity;
  const terminal = Deno.stderr.isTerminal();
  return (share: number, left: number | undefined, words: string) => {
    const now = performance.now();
    if (now - last < (terminal ? 200 : 10_000)) return;
    last = now;
    const line = `${name}: ${Math.floor(100 * share)} %${timeLeft(left)} · ${words}`;
    if (terminal) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${line.slice(0, 110)}`));
    else console.error(line);
  };
}

/** JSON to read: numbers in five digits, a list of numbers on a line. */
const recordText = (record: Reproduced) =>
  JSON.stringify(record, (_, x) => typeof x === "number" ? Number(x.toPrecision(5)) : x, 1)
    .replace(/\[[\s\d.,e+-]*\]/g, (list) => list.replace(/\s+/g, "").replaceAll(",", ", ")) + "\n";

async function reproduce(one: Registered, fresh: boolean, signal: AbortSignal): Promise<void> {
  const { name, title, paper, link, what, chance, run } = one.reproduction;
  const library = products()?.name, edition = `${await editionOf(one)}${library ?? ""}`;
  const folder = `${root}/build/reproduce/${name}${library === undefined ? "" : ".native"}`;
  const store = folderStore(folder), before = await store.load("edition");
  // what another program has done is of no use to this one
  const other = before !== null && new TextDecoder().decode(before) !== edition;
  if (fresh || other) await Deno.remove(folder, { recursive: true }).catch(() => {});
  await store.save("edition", new TextEncoder().encode(edition));
  const desk = deskOf({
    store,
    edition,
    signal,
    mnist: () => mnistData(thisPlatform()),
    progress: teller(name),
  });
  const { comparisons, series } = await run(desk);
  const record: Reproduced = {
    ...{ name, title, paper, link, what },
    seeds: chance ? desk.seeds : [],
    comparisons,
    series,
    seconds: Math.round(10 * desk.seconds()) / 10,
    date: new Date().toISOString(),
    machine: await machine(),
  };
  assertReproduced(record, name);
  if (library === undefined) await writeWhole(pathOf(name), new TextEncoder().encode(recordText(record)));
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode("\r\x1b[K"));
  console.log(
    `${title} (${paper}), ${record.seconds} s${library === undefined ? "" : `, by ${library}; not written`}`,
  );
  for (const [statement, where, published, ours, difference, agreement] of comparisons.map(comparisonRow)) {
    console.log(
      `  ${where}: ${statement}\n    paper ${published} · ours ${ours} ${difference} · ${agreement}`,
    );
  }
}

if (import.meta.main) {
  try {
    const { values, positionals } = parseArgs({
      args: Deno.args,
      allowPositionals: true,
      options: {
        all: { type: "boolean", default: false },
        fresh: { type: "boolean", default: false },
        threads: { type: "string", default: "2" },
        native: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const all = await registry();
    if (!["1", "2"].includes(values.threads)) {
      throw new RangeError(`Cannot set the threads: expected 1 or 2, got ${values.threads}`);
    }
    setThreads(Number(values.threads));
    if (values.native) {
      const { native, found } = await useNativeProducts();
      if (!native) throw new RangeError(`Cannot use native products: ${found}`);
    }
    const unknown = positionals.find((name) => !all.some(({ reproduction }) => reproduction.name === name));
    if (values.help) console.log(help);
    else if (unknown !== undefined) {
      const names = all.map(({ reproduction }) => reproduction.name).join(", ");
      throw new RangeError(`Cannot reproduce ${unknown}: expected one of ${names}, got ${unknown}`);
    } else if (positionals.length === 0 && !values.all) await list(all);
    else {
      const stop = new AbortController();
      Deno.addSignalListener("SIGINT", () => {
        if (stop.signal.aborted) Deno.exit(130);
        stop.abort(new DOMException("stopped", "AbortError"));
      });
      for (const one of all) {
        if (!values.all && !positionals.includes(one.reproduction.name)) continue;
        await reproduce(one, values.fresh, stop.signal);
      }
      Deno.exit(0);
    }
  } catch (error) {
    if ((error as Error).name === "AbortError") {
      console.error("\nStopped. The same command goes on where this one stopped");
      Deno.exit(130);
    }
    const words = (error as Error).message;
    fail(words.startsWith("Cannot go on") ? `${words}\nThe option --fresh begins anew` : error);
  }
}
