/** `deno task setup`: JupyterLab with a Deno kernel in `.venv`, packages in `node_modules`; once, then only what changed. */
import { release } from "lib/math/native.ts";
import { fail } from "./command.ts";
import {
  type Environment,
  environmentOf,
  labOverrides,
  languageServer,
  movedScript,
  parseStamp,
  type Stamp,
} from "./setup/environment.ts";
import { kernelspec } from "./setup/kernelspec.ts";
import { pathOf, type Platform, thisPlatform } from "./setup/platform.ts";
import { findPython } from "./setup/python.ts";

/**
 * Makes sure that everything the course needs is there. Does nothing when it is; needs the network only when it is not.
 *
 * @param again makes the Python environment anew, whatever is there
 * @throws Error whose message says what is missing and how to mend it
 */
export async function setUp(platform: Platform, { again = false } = {}): Promise<Environment> {
  const environment = environmentOf(platform);
  const wanted = await wantedStamp(platform);
  if (again || !await isSetUp(platform, environment, wanted)) {
    await underLock(platform, async () => {
      const have = again ? null : await keepable(platform, environment, wanted);
      if (have === null) await makeEnvironment(platform, environment);
      if (have?.requirements !== wanted.requirements) await installRequirements(platform, environment);
      for (const [path, text] of written(platform, environment)) await platform.write(path, text);
      await platform.write(environment.stamp, JSON.stringify(wanted, null, 2) + "\n");
    });
  }
  await setUpPackages(platform);
  return environment;
}

/**
 * Makes sure that the packages of deno.json are in node_modules; all that tests and runs without JupyterLab need.
 *
 * @throws Error whose message says why they cannot be installed
 */
export async function setUpPackages(platform: Platform): Promise<void> {
  const folder = pathOf(platform, platform.root, "node_modules");
  const stamp = pathOf(platform, folder, ".show-your-work");
  const read = async (name: string) => await platform.read(pathOf(platform, platform.root, name)) ?? "";
  const { imports } = JSON.parse(await read("deno.json") || "{}");
  const wanted = await digest(JSON.stringify(imports ?? {}) + await read("deno.lock"));
  if (await platform.read(stamp) === wanted && await platform.exists(pathOf(platform, folder, ".deno"))) {
    return;
  }
  await underLock(platform, async () => {
    const result = await platform.run(Deno.execPath(), ["install", "--frozen"]);
    if (result?.code !== 0) {
      throw new Error(installFailure("the packages of deno.json", result?.stderr ?? ""));
    }
    await platform.write(stamp, wanted);
  });
}

/**
 * Makes sure that there is the library for native products, and writes where: only for who asks, with --native.
 *
 * @param python an interpreter that has pip
 * @throws Error whose message says why it cannot be installed
 */
export async function setUpNative(platform: Platform, python: string): Promise<string> {
  const folder = pathOf(platform, platform.root, "build", "native");
  const file = pathOf(platform, folder, "library.json");
  const libraries = pathOf(platform, folder, "scipy_openblas32", "lib");
  const { library, version } = JSON.parse(await platform.read(file) ?? "{}");
  if (version === release && await platform.exists(library)) return library;
  await platform.remove(folder);
  const options = [
    "--disable-pip-version-check",
    "--no-input",
    "--no-deps",
    "--only-binary",
    ":all:",
    "--target",
    folder,
  ];
  const wheel = `scipy-openblas32==${release}`;
  const result = await platform.run(python, ["-m", "pip", "install", "-q", ...options, wheel]);
  if (result?.code !== 0) throw new Error(installFailure(wheel, result?.stderr ?? ""));
  const name = (await platform.list(libraries)).find((name) =>
    /^(lib)?scipy_openblas.*\.(so|dylib|dll)$/.test(name)
  );
  if (name === undefined) {
    throw new Error(`Cannot install ${wheel}: expected a library in ${libraries}, got none`);
  }
  const found = pathOf(platform, libraries, name);
  await platform.write(file, JSON.stringify({ library: found, version: release }, null, 2) + "\n");
  return found;
}

/** Whether there is nothing to do for the environment: a look at a few files. */
async function isSetUp(platform: Platform, environment: Environment, wanted: Stamp): Promise<boolean> {
  const have = parseStamp(await platform.read(environment.stamp));
  if (have === null || have.root !== wanted.root || have.requirements !== wanted.requirements) return false;
  for (const [path, text] of written(platform, environment)) {
    if (await platform.read(path) !== text) return false;
  }
  return await platform.exists(environment.python) && await platform.exists(environment.deno);
}

/** The files that the set-up writes itself. */
function written(platform: Platform, environment: Environment): [path: string, text: string][] {
  const { kernelspec: kernel, overrides, languageServer: server, deno } = environment;
  const program = pathOf(platform, platform.root, "tools", "lab", "language_server.ts");
  return [[kernel, kernelspec(deno)], [overrides, labOverrides], [server, languageServer(deno, program)]];
}

async function wantedStamp(platform: Platform): Promise<Stamp> {
  const requirements = await platform.read(pathOf(platform, platform.root, "tools", "requirements.txt")) ??
    "";
  return { root: platform.root, requirements: await digest(requirements) };
}

async function digest(text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

/**
 * What was done before, where the environment can stay; null where it must be made anew. After a move its scripts are
 * mended (on Windows they are programs, which cannot be).
 */
async function keepable(platform: Platform, environment: Environment, wanted: Stamp): Promise<Stamp | null> {
  const { scripts, stamp, python, deno } = environment;
  const have = parseStamp(await platform.read(stamp));
  // Until all is done, an interrupted set-up must look like none.
  await platform.remove(stamp);
  if (have === null || !await platform.exists(python) || !await platform.exists(deno)) return null;
  if (have.root === wanted.root) return have;
  if (platform.os === "windows") return null;
  platform.say("The course's folder has moved: mending its Python environment …");
  for (const name of await platform.list(scripts)) {
    if (/^(python|deno)/.test(name)) continue; // programs, not scripts
    const path = pathOf(platform, scripts, name);
    const text = await platform.read(path);
    if (text?.includes(have.root)) await platform.write(path, movedScript(text, have.root, wanted.root));
  }
  return have;
}

async function makeEnvironment(platform: Platform, { folder }: Environment): Promise<void> {
  const { command, args, version } = await findPython(platform);
  platform.say(`Making a Python environment with Python ${version} …`);
  try {
    await platform.remove(folder);
  } catch (error) {
    // Windows keeps the files of programs that run: a kernel, or JupyterLab itself
    throw new Error(
      `Cannot make the Python environment anew: expected to remove ${folder}, got: ${
        (error as Error).message
      }\n` +
        "Close JupyterLab and VS Code, then give the same command again",
    );
  }
  const made = await platform.run(command, [...args, "-m", "venv", folder]);
  if (made?.code !== 0) {
    throw new Error(
      `Cannot make a Python environment in ${folder}: ${lastWords(made?.stderr || made?.stdout)}`,
    );
  }
}

async function installRequirements(platform: Platform, { python }: Environment): Promise<void> {
  const file = pathOf(platform, platform.root, "tools", "requirements.txt");
  const all = (await platform.read(file) ?? "").match(/^[a-z].*==/gmi)?.length ?? 0;
  platform.say(`Installing JupyterLab and what it needs (about 100 MB, this once) …`);
  let collected = 0;
  const onLine = (line: string) => {
    if (!/^(Collecting|Processing) /.test(line)) return;
    collected++;
    if (collected % 20 === 0) platform.say(`  ${collected} of about ${all} packages …`);
  };
  const options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--retries", "3"];
  const result = await platform.run(python, ["-m", "pip", "install", ...options, "-r", file], { onLine });
  if (result?.code !== 0) throw new Error(installFailure("JupyterLab", result?.stderr ?? ""));
}

/** Why an installation failed, in one sentence. */
export function installFailure(what: string, words: string): string {
  if (/No space left|not enough space|ENOSPC/i.test(words)) {
    return `Cannot install ${what}: expected about 1 GB of free disk, got a full disk`;
  }
  if (/Long Path support/i.test(words)) {
    return `Cannot install ${what}: expected a folder with a shorter path, as Windows needs without its long paths\n` +
      "Move the course nearer to the top of the disk, for example to C:\\course";
  }
  if (/Permission denied|Read-only file system|Access is denied/i.test(words)) {
    return `Cannot install ${what}: expected a folder that can be written to, got: ${lastWords(words)}`;
  }
  const offline =
    /NewConnectionError|NameResolutionError|Temporary failure in name resolution|ConnectTimeout|dns error|error sending request|client error \(Connect\)|No route to host|Network is unreachable/i;
  if (offline.test(words)) {
    return `Cannot install ${what}: expected a network connection at the first start, got none\n` +
      "Connect and give the same command again; later starts need no network";
  }
  return `Cannot install ${what}: ${lastWords(words)}`;
}

function lastWords(text = ""): string {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) =>
    line !== "" && !/^WARNING|^\[notice\]/.test(line)
  );
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "no reason given";
}

/** One set-up at a time in a folder; says so when the folder cannot be written to. */
async function underLock<T>(platform: Platform, action: () => Promise<T>): Promise<T> {
  const path = pathOf(platform, platform.root, "build", "setup.lock");
  let release: () => void;
  try {
    // on Windows a file that another set-up has locked can't be written
    if (!await platform.exists(path)) await platform.write(path, "");
    release = await platform.lock(path);
  } catch (error) {
    throw new Error(
      `Cannot set up the course: expected a folder that can be written to, got ${platform.root} (${
        (error as Error).message
      })`,
    );
  }
  try {
    return await action();
  } finally {
    release();
  }
}

if (import.meta.main) {
  const platform = thisPlatform();
  if (Deno.args.includes("--packages")) await setUpPackages(platform).catch(fail);
  else {
    const { folder, python } = await setUp(platform, { again: Deno.args.includes("--again") }).catch(fail);
    platform.say(`The course is set up in ${folder}`);
    if (Deno.args.includes("--native")) {
      platform.say(`Native products: ${await setUpNative(platform, python).catch(fail)}`);
    }
  }
}
