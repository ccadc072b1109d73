import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Collected } from "lib/proof/answer.ts";
import type { Notebook } from "../notebook.ts";
import { cleanLines } from "./clean.ts";
import { decodeCollected, Forged } from "./frame.ts";
import { type Graft, graftCell } from "./graft.ts";
import { Budget, type Limits } from "./limits.ts";
import { answersName, bodyOf, cellsName, importsOf, withSetup } from "./module.ts";
import { shown } from "./rooms.ts";
import { type Ending, run } from "./run.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Ask } from "./take.ts";
import type { Sought } from "./worker.ts";

/** Where the answers of one notebook are run. */
export interface Setting {
  sandbox: Sandbox;
  /** A folder below the sandbox's runs that no other process uses. */
  slot: string;
  limits: Limits;
  /** What is left for the whole submission. */
  budget: Budget;
  ask: Ask;
}

/** What the answers of a notebook gave, and whether time ran out anywhere. */
interface Gathered {
  collected: Map<string, Collected>;
  late: boolean;
}

const fault = (sentence: string): Collected => ({ kind: "fault", sentence });
const unreadable = "The cell can't be read: it is written so that its syntax has no end.";

/**
 * Runs the answer cells of one notebook, again without what stopped them, until each answer has its data.
 *
 * @param notebook as it was handed out: of its other cells those are run whose declarations an answer uses
 * @param sources texts of the answer cells, by the answer's name
 * @param sought what is asked of each answer
 */
export async function gather(
  setting: Setting,
  notebook: string,
  pristine: Notebook,
  sources: ReadonlyMap<string, string>,
  sought: readonly Sought[],
): Promise<Gathered> {
  const { sandbox, slot, limits } = setting;
  const collected = new Map<string, Collected>();
  if (sources.size === 0) return { collected, late: false };
  const names = sought.map(({ name }) => name), faults = new Map<string, string>();
  const files = (module: string) => {
    try {
      return Deno.readTextFileSync(join(sandbox.folder, module));
    } catch {
      return undefined;
    }
  };
  const given = new Map<string, Graft>();
  for (const [name, source] of sources) {
    const made = setting.ask(`graft ${notebook} ${name}`)
      ? graftCell(`answer-${name}`, source, files)
      : unreadable;
    if (typeof made === "string") faults.set(name, made);
    else given.set(`answer-${name}`, made);
  }
  const budget = new Budget(limits.notebookSeconds, limits.seconds, setting.budget);
  let late = false;
  /** Runs these cells, without those that were skipped, until every name has its data or its fault. */
  const runCells = async (cells: readonly Graft[], wanted: readonly string[]): Promise<void> => {
    const { text, imports } = moduleText(cells, pristine, names);
    const folder = join(sandbox.folder, "runs", slot);
    await emptied(folder);
    await Deno.writeTextFile(join(folder, "cells.ts"), text);
    const skipped = new Set<string>();
    for (let attempt = 0; attempt <= cells.length + wanted.length; attempt++) {
      const order = cells.map(({ id }) => id).filter((id) => !skipped.has(id));
      const left = sought.filter(({ name }) => wanted.includes(name) && !collected.has(name));
      if (left.length === 0) return;
      if (budget.spent) {
        late = true;
        for (const { name } of left) collected.set(name, fault(usedUp(limits)));
        return;
      }
      const ran = await run(
        sandbox,
        slot,
        {
          module: pathToFileURL(join(folder, "cells.ts")).href,
          cells: order,
          imports,
          answers: left,
          patience: limits.seconds * 500,
        },
        { ...limits },
        budget,
      );
      for (const [id, words] of ran.faults) faults.set(nameOf(id), said(words));
      for (const [name, data] of ran.answers) collected.set(name, decoded(data));
      if (ran.ending === "done") return;
      if (ran.ending === "time") late = true;
      const { at } = ran;
      if (order.includes(at)) {
        skipped.add(at);
        if (!faults.has(nameOf(at))) faults.set(nameOf(at), sentenceOn(ran.ending, "cell", limits));
      } else if (names.includes(at)) {
        if (!collected.has(at)) collected.set(at, fault(sentenceOn(ran.ending, "answer", limits)));
      } else if (given.size > 1 && cells.filter(({ id }) => given.has(id)).length > 1) {
        // all together can't even be loaded: each on its own
        for (const name of wanted) {
          const own = given.get(`answer-${name}`);
          if (own && !collected.has(name)) {
            await runCells(withSetup(pristine, new Map([[own.id, own]])), [name]);
          }
        }
        return;
      } else {
        const words = ran.words ? `: ${said(JSON.stringify(ran.words)).slice(0, 200)}` : ".";
        for (const { name } of left) {
          faults.set(name, `The cell can't be run: its syntax is not TypeScript${words}`);
        }
        return;
      }
    }
  };
  if (given.size > 0) {
    if (setting.ask(`run ${notebook}`)) await runCells(withSetup(pristine, given), names);
    else {for (const name of sources.keys()) {
        faults.set(name, "The cells of this notebook can't be run to an end.");
      }}
  }
  await emptied(join(sandbox.folder, "runs", slot));
  for (const [name, words] of faults) {
    const got = collected.get(name);
    if (names.includes(name) && (got === undefined || got.kind === "missing")) {
      collected.set(name, fault(words));
    }
  }
  return { collected, late };
}

const nameOf = (id: string) => id.replace(/^answer-/, "");

/** Removes what stands in a slot; the slot itself stays, for a wall may have been built around it. */
async function emptied(folder: string): Promise<void> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  for (const name of names) await Deno.remove(join(folder, name), { recursive: true });
}

/** The module that holds all cells, and what is to be imported before it. */
function moduleText(cells: readonly Graft[], pristine: Notebook, names: readonly string[]) {
  const imports = new Set<string>();
  const lines = importsOf(cells, pristine, names).map(({ source, imported, local }) => {
    if (shown.test(source)) return `const ${local} = async () => {};`;
    imports.add(source);
    const what = imported === "*"
      ? `* as ${local}`
      : imported === "default"
      ? local
      : `{ ${imported} as ${local} }`;
    return `import ${what} from ${JSON.stringify(source)};`;
  });
  const exported = `export { ${cellsName} as cells, ${answersName} as answers };`;
  return { text: `${[...lines, bodyOf(cells, names), exported].join("\n")}\n`, imports: [...imports] };
}

function decoded(sent: string): Collected {
  try {
    return decodeCollected(JSON.parse(sent));
  } catch (cause) {
    if (!(cause instanceof Forged || cause instanceof SyntaxError || cause instanceof RangeError)) {
      throw cause;
    }
    return fault("What it gives is no plain data.");
  }
}

/** What a cell said of itself, which came as JSON. */
function said(json: string): string {
  try {
    return cleanLines(String(JSON.parse(json)), 400).replaceAll("\n", " ");
  } catch {
    return "The cell says something that can't be read.";
  }
}

const usedUp = ({ notebookSeconds, submissionSeconds }: Limits) =>
  `There was no time left for it: other cells used up the ${notebookSeconds} seconds of this notebook, or the ${submissionSeconds} of all.`;

function sentenceOn(
  ending: Ending,
  what: "cell" | "answer",
  { seconds, megabytes, outputMegabytes }: Limits,
): string {
  const it = what === "cell" ? "The cell" : "Calling it";
  switch (ending) {
    case "time":
      return `${it} took more than ${seconds} seconds, or its share of the notebook's: look for a loop that never ends.`;
    case "memory":
      return `${it} needed more than ${megabytes} MB of memory.`;
    case "output":
      return `${it} printed more than ${outputMegabytes} MB.`;
    default:
      return `${it} ended the process, or waits for something that never comes.`;
  }
}
