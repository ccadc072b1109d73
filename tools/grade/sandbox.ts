/**
 * The folder in which submissions run: the student's library, and nothing that tells an answer. It is laid out once
 * for a batch, by a process of its own (`deno run -A sandbox.ts ROOT FOLDER`).
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Notebook, parseNotebook } from "../notebook.ts";
import { shown } from "./rooms.ts";
import { behind, denoPlaces, type Inside, type Wall, walls, withRoot } from "./wall.ts";
import { subjectOf } from "../course.ts";

/** What stands in the sandbox's manifest. */
export interface Sandbox {
  folder: string;
  /** Subject of each notebook that is there: "04_gan" → "gan". */
  subjects: [notebook: string, subject: string][];
  /** The wall around each process, and where Deno stands. */
  wall: Wall;
  places: string[];
  /** Changes with anything that a grade depends on, but for seed and limits. */
  digest: string;
}

/** Lays out the sandbox, and tries it: a machine on which it does not start would fail every submission. */
export async function makeSandbox(
  root: string,
  folder: string,
  wanted: readonly Wall[] = walls,
): Promise<Sandbox> {
  const { files, chosen } = await handedOut(root);
  const laid = new Map([...files].filter(([path]) => /^(lib|data)\//.test(path) && !shown.test(path)));
  for (const path of await ownFiles()) laid.set(path.to, await Deno.readTextFile(path.from));
  // all packages of the course, so that its lock file holds here too: what an answer may import is decided before
  const { imports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  laid.set("deno.json", JSON.stringify({ nodeModulesDir: "none", imports }));
  laid.set("deno.lock", await Deno.readTextFile(`${root}/deno.lock`));
  for (const { notebook, file } of chosen) laid.set(`notebooks/${notebook}.ipynb`, files.get(file) ?? "");
  for (const name of ["lib", "data", "grade", "notebooks", "runs"]) {
    await Deno.remove(join(folder, name), { recursive: true }).catch(() => {});
  }
  for (const [path, text] of laid) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
  const hash = createHash("sha256").update(JSON.stringify([...laid].sort()));
  // what judges, and what misconceptions say, is part of a grade too
  for (const path of await trusted(root)) hash.update(path).update(await Deno.readTextFile(join(root, path)));
  const sandbox: Sandbox = {
    folder,
    subjects: chosen.map(({ notebook, subject }) => [notebook, subject]),
    wall: "none",
    places: await denoPlaces(),
    digest: hash.digest("hex"),
  };
  sandbox.wall = await strongest(sandbox, wanted);
  await Deno.writeTextFile(join(folder, "sandbox.json"), JSON.stringify(sandbox));
  return sandbox;
}

/** What makes them from the whole course: not there in a student's project. */
const editions = "../editions/project.ts";

/** The students' files: made from the whole course, or read where this is a student's project already. */
async function handedOut(root: string) {
  const kept = join(root, ".handed_out");
  if (!await Deno.stat(kept).then(() => true, () => false)) {
    const { studentEdition, subjects } = await import(new URL(editions, import.meta.url).href) as {
      studentEdition(root: string): Promise<{ files: Map<string, string> }>;
      subjects(root: string): Promise<{ subject: string; notebook: string; file: string }[]>;
    };
    return { files: (await studentEdition(root)).files, chosen: await subjects(root) };
  }
  const files = new Map<string, string>();
  const chosen: { subject: string; notebook: string; file: string }[] = [];
  const look = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
      const path = `${folder}/${name}`;
      if (isDirectory) await look(path);
      else if (/\.(ts|json)$/.test(name)) files.set(path, await Deno.readTextFile(join(root, path)));
    }
  };
  await look("lib");
  await look("data");
  for await (const { name } of Deno.readDir(kept)) {
    const notebook = name.replace(/\.ipynb$/, ""), file = `notebooks/${name}`;
    files.set(file, await Deno.readTextFile(join(kept, name)));
    chosen.push({ subject: subjectOf(notebook), notebook, file });
  }
  return { files, chosen: chosen.sort((a, b) => a.notebook < b.notebook ? -1 : 1) };
}

/** The sandbox that was laid out in a folder. */
export async function openSandbox(folder: string): Promise<Sandbox> {
  return JSON.parse(await Deno.readTextFile(join(folder, "sandbox.json")));
}

/** The notebooks as they were handed out. */
export async function pristine({ folder, subjects }: Sandbox): Promise<Map<string, Notebook>> {
  const read = async (notebook: string) => {
    const text = await Deno.readTextFile(join(folder, "notebooks", `${notebook}.ipynb`));
    return [notebook, parseNotebook(text, notebook)] as const;
  };
  return new Map(await Promise.all(subjects.map(([notebook]) => read(notebook))));
}

/** The modules that the worker is made of: itself, and what it imports of the house. */
async function ownFiles(): Promise<{ from: string; to: string }[]> {
  const found = new Map<string, string>(), root = fileURLToPath(new URL("../..", import.meta.url));
  const follow = async (url: string): Promise<void> => {
    const from = fileURLToPath(url), inner = from.slice(root.length);
    const to = inner.replace(/^tools\//, "");
    if (found.has(to)) return;
    found.set(to, from);
    const text = await Deno.readTextFile(from);
    for (const [, name] of text.matchAll(/^(?:import|export) (?!type)[^"']*?from "([^"]+)"/gm)) {
      await follow(name.startsWith("lib/") ? pathToFileURL(join(root, name)).href : new URL(name, url).href);
    }
  };
  await follow(new URL("worker.ts", import.meta.url).href);
  return [...found].map(([to, from]) => ({ from, to }));
}

/** Everything in lib/ and tools/grade/: small, and read once a batch. */
async function trusted(root: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
      if (isDirectory) await look(`${folder}/${name}`);
      else if (name.endsWith(".ts")) found.push(`${folder}/${name}`);
    }
  };
  await look("lib");
  await look("tools/grade");
  return [...found.sort(), "data/course.json"];
}

/** What a process that runs a submission in this slot sees. */
export const insideOf = ({ folder, places }: Sandbox, slot: string, seconds: number): Inside => ({
  read: [
    ...["lib", "data", "grade", "deno.json", "deno.lock", `runs/${slot}`].map((name) => join(folder, name)),
    ...places,
  ],
  cwd: folder,
  seconds,
  empty: join(folder, "runs", `${slot}.root`),
});

/** How Deno is started so that it may read the student's library and one slot, and do nothing else. */
export function confined(
  sandbox: Sandbox,
  slot: string,
  main: string,
  { megabytes, seconds }: { megabytes: number; seconds: number },
): { command: string; options: Deno.CommandOptions } {
  const { folder, wall } = sandbox;
  const [command, ...args] = behind(wall, [
    ...[
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-prompt",
      "--no-check",
      "--frozen",
      "--cached-only",
      "--no-remote",
    ],
    // an origin of its own: what Deno lets a page keep on disk is not there for the next submission
    `--location=https://${crypto.randomUUID()}.invalid/`,
    ...["--config", join(folder, "deno.json")],
    `--allow-read=${[join(folder, "lib"), join(folder, "data"), join(folder, "runs", slot)].join()}`,
    ...[
      "--deny-write",
      "--deny-net",
      "--deny-env",
      "--deny-run",
      "--deny-ffi",
      "--deny-sys",
      "--deny-import",
    ],
    `--v8-flags=--disallow-code-generation-from-strings,--max-old-space-size=${Math.round(megabytes * 0.6)}`,
    main,
  ], insideOf(sandbox, slot, seconds));
  return { command, options: { args, cwd: folder, clearEnv: true, env: environment() } };
}

/** A folder for the code of one submission at a time, and an empty one beside it. */
export async function openSlot(folder: string, slot: string): Promise<void> {
  for (const name of [slot, `${slot}.root`]) {
    await Deno.mkdir(join(folder, "runs", name), { recursive: true });
  }
}

/** The strongest wall behind which an empty program starts. */
async function strongest(sandbox: Sandbox, wanted: readonly Wall[]): Promise<Wall> {
  await openSlot(sandbox.folder, "proof");
  await Deno.writeTextFile(
    join(sandbox.folder, "grade", "proof.ts"),
    `import "lib/math/types.ts";\nconsole.log("proof");\n`,
  );
  let words = "";
  for (const wall of wanted) {
    const main = join(sandbox.folder, "grade", "proof.ts");
    const tried = { ...sandbox, wall };
    const { command, options } = confined(tried, "proof", main, { megabytes: 500, seconds: 60 });
    const [first, ...args] = withRoot(wall, [command, ...options.args!], insideOf(tried, "proof", 60));
    const said = await (async () => await new Deno.Command(first, { ...options, args }).output())().catch(
      (cause) => ({ stdout: new Uint8Array(), stderr: new TextEncoder().encode(String(cause)) }),
    );
    const [out, error] = [said.stdout, said.stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
    if (out === "proof") return wall;
    words = error;
  }
  throw new Error(`Cannot grade: expected a sandbox that starts, got\n${words}`);
}

/** What Deno itself needs to find its cache; the process may not read it. */
function environment(): Record<string, string> {
  const names = [
    "HOME",
    "DENO_DIR",
    "XDG_CACHE_HOME",
    "LOCALAPPDATA",
    "USERPROFILE",
    "SYSTEMROOT",
    "PATH",
    "TEMP",
  ];
  const set = names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(set), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", DENO_NO_PROMPT: "1" };
}

if (import.meta.main) {
  try {
    await makeSandbox(Deno.args[0], Deno.args[1]);
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : cause);
    Deno.exit(1);
  }
}
