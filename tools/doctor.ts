/** `deno task doctor [NOTEBOOK …]`: what is missing, what mends it, and one cell run to prove the rest. */
import { findChromium } from "./chromium.ts";
import { fail, readersPath } from "./command.ts";
import type { Finding } from "./doctor/finding.ts";
import { ofDisk, ofFolder, ofNetwork, ofPort } from "./doctor/machine.ts";
import { ofNotebooks } from "./doctor/notebooks.ts";
import { startKernel } from "./kernel/mod.ts";
import { type Environment, environmentOf } from "./setup/environment.ts";
import { isOurs, kernelspec, userKernels } from "./setup/kernelspec.ts";
import { pathOf, type Platform, thisPlatform } from "./setup/platform.ts";
import { findPython } from "./setup/python.ts";
import { usualPort } from "./lab.ts";

/**
 * Looks at everything the course needs, without changing anything.
 *
 * @param denoVersion the Deno that runs this
 * @param notebooks those to look at, by absolute path; those of the course where none is named
 */
export async function findings(
  platform: Platform,
  denoVersion: string,
  notebooks: readonly string[] = [],
): Promise<Finding[]> {
  const environment = environmentOf(platform);
  const pins = parsePins(
    await platform.read(pathOf(platform, platform.root, "tools", "requirements.in")) ?? "",
  );
  const installed = [
    await ofPython(platform, environment),
    await ofRequirements(platform, environment, pins),
    await ofKernelspec(platform, environment),
    await ofPackages(platform),
  ];
  const isSetUp = installed.every(({ state, name }) => state === "ok" || name === kernelName);
  return [
    ofDeno(denoVersion, pins.get("deno") ?? ""),
    await ofFolder(platform, isSetUp),
    await ofDisk(platform, isSetUp),
    ...isSetUp ? [] : [await ofNetwork(platform)],
    ...installed,
    ...await ofNotebooks(platform, notebooks),
    await ofPort(platform, usualPort),
    await ofChromium(platform),
    await ofNative(platform),
    await ofUserKernel(platform, environment),
  ];
}

/** `name==version` by name. */
export function parsePins(requirements: string): Map<string, string> {
  return new Map(
    [...requirements.matchAll(/^([\w.-]+)==(\S+)/gm)].map(([, name, version]) => [name, version]),
  );
}

function ofDeno(version: string, pin: string): Finding {
  const name = "Deno";
  if (version === pin) return { name, state: "ok", found: version };
  return {
    name,
    state: "missing",
    found: `expected ${pin}, got ${version}`,
    mend: `npx -y deno@${pin} task lab`,
  };
}

async function ofPython(platform: Platform, { python }: Environment): Promise<Finding> {
  const name = "Python";
  const made = await platform.run(python, ["--version"]);
  if (made?.code === 0) return { name, state: "ok", found: `${made.stdout.trim()} in .venv` };
  try {
    const { version } = await findPython(platform);
    return {
      name,
      state: "missing",
      found: `Python ${version}, but no environment`,
      mend: "deno task setup",
    };
  } catch (error) {
    const [found, mend] = (error as Error).message.split("\n");
    return { name, state: "missing", found, mend };
  }
}

async function ofRequirements(
  platform: Platform,
  { python }: Environment,
  pins: ReadonlyMap<string, string>,
): Promise<Finding> {
  const name = "JupyterLab";
  const question =
    "import importlib.metadata as m; [print(d.name + '==' + d.version) for d in m.distributions()]";
  const answer = await platform.run(python, ["-c", question]);
  const there = parsePins(answer?.stdout.toLowerCase() ?? "");
  const wrong = [...pins].filter(([part, version]) => there.get(part) !== version)
    .map(([part, version]) => `${part} ${version} (got ${there.get(part) ?? "none"})`);
  if (wrong.length === 0) {
    return {
      name,
      state: "ok",
      found: [...pins].map((pin) => pin.join(" ")).join(", "),
    };
  }
  return { name, state: "missing", found: `expected ${wrong.join(", ")}`, mend: "deno task setup --again" };
}

/** The one part of the set-up that is written, not downloaded. */
const kernelName = "Kernel for JupyterLab";

async function ofKernelspec(platform: Platform, environment: Environment): Promise<Finding> {
  const name = kernelName;
  const text = await platform.read(environment.kernelspec);
  if (text === kernelspec(environment.deno) && await platform.exists(environment.deno)) {
    return { name, state: "ok", found: "Deno" };
  }
  const found = text === null ? "none" : "one for another folder or version";
  return { name, state: "missing", found, mend: "deno task setup" };
}

/** Every package of deno.lock must lie in node_modules, or a cell fails without a word when there is no network. */
async function ofPackages(platform: Platform): Promise<Finding> {
  const name = "Packages for offline use";
  const lock = JSON.parse(await platform.read(pathOf(platform, platform.root, "deno.lock")) ?? "{}");
  const needed = packageFolders(lock.npm ?? {});
  const there = await Promise.all(needed.map((folder) => {
    return platform.exists(pathOf(platform, platform.root, "node_modules", ".deno", folder, ".initialized"));
  }));
  const missing = needed.filter((_, i) => !there[i]);
  if (missing.length === 0) return { name, state: "ok", found: `${needed.length} of ${needed.length}` };
  const some = missing.slice(0, 3).join(", ") + (missing.length > 3 ? ", …" : "");
  const found = `${missing.length} of ${needed.length} missing: ${some}`;
  return { name, state: "missing", found, mend: "deno install --frozen" };
}

/**
 * The folders of node_modules/.deno for the packages of a lock file; those for some systems only are left out.
 *
 * @param npm the part `npm` of deno.lock: `@scope/name@1.2.3_peer@4.5.6` and what is known of it
 */
export function packageFolders(npm: Record<string, { os?: unknown; cpu?: unknown }>): string[] {
  return Object.entries(npm).filter(([, { os, cpu }]) => os === undefined && cpu === undefined)
    .map(([key]) => (/^@?[^@]+@[^_]+/.exec(key)?.[0] ?? key).replaceAll("/", "+"));
}

async function ofChromium(platform: Platform): Promise<Finding> {
  const name = "Chromium (tests only)";
  const path = await findChromium(platform);
  if (path !== null) return { name, state: "ok", found: path };
  const mend = {
    linux: "sudo apt install chromium",
    darwin: "brew install --cask chromium",
    windows: "winget install Google.Chrome",
  };
  return { name, state: "optional", found: "none: tests in a browser are skipped", mend: mend[platform.os] };
}

/** The library for native products, tried in a process of its own. */
async function ofNative(platform: Platform): Promise<Finding> {
  const name = "Native products (for your own trainings)";
  const mend = "deno task setup --native";
  const text = await platform.read(pathOf(platform, platform.root, "build", "native", "library.json"));
  if (text === null) return { name, state: "optional", found: "none: products run in WebAssembly", mend };
  const { library } = JSON.parse(text);
  const trial = pathOf(platform, platform.root, "lib", "tensor", "trial.ts");
  const tried = await platform.run(Deno.execPath(), ["run", "-A", trial, library]);
  if (tried?.code === 0) return { name, state: "ok", found: tried.stdout.trim() };
  const reason = /Error: (.*)$/m.exec(tried?.stderr ?? "")?.[1] ?? "it crashed";
  return { name, state: "optional", found: `refused, so products run in WebAssembly: ${reason}`, mend };
}

async function ofUserKernel(platform: Platform, { deno }: Environment): Promise<Finding> {
  const name = "Kernel for VS Code";
  const mend = "deno task kernel";
  try {
    const text = await platform.read(pathOf(platform, userKernels(platform), "deno", "kernel.json"));
    if (text === null) return { name, state: "optional", found: "none in your home", mend };
    const program = JSON.parse(text).argv?.[0];
    if (typeof program !== "string" || !await platform.exists(program)) {
      return { name, state: "optional", found: `one whose program is gone: ${program}`, mend };
    }
    if (isOurs(text) && program === deno) return { name, state: "ok", found: program };
    return { name, state: "optional", found: `another one, with a Deno of its own: ${program}`, mend };
  } catch (error) {
    return { name, state: "optional", found: (error as Error).message, mend };
  }
}

/** Runs one cell in a real kernel: imports a part of the course that needs a package, and computes. */
export async function proveByCell(platform: Platform): Promise<Finding> {
  const name = "A cell in a kernel";
  const code =
    'import { rational } from "lib/math/exact.ts";\nrational(1, 3).add(rational(1, 6)).toFraction()';
  try {
    const kernel = await startKernel({ cwd: platform.root });
    const { status, outputs } = await kernel.execute(code, { timeout: 30_000 });
    await kernel.close();
    const shown = outputs.flatMap((output) => "data" in output ? [String(output.data["text/plain"])] : [])
      .join();
    if (status === "ok" && shown.includes("1/2")) return { name, state: "ok", found: "1/3 + 1/6 = 1/2" };
    const error = outputs.find((output) => output.output_type === "error");
    const found = error ? error.evalue : `${status}, and showed ${shown || "nothing"}`;
    return { name, state: "missing", found, mend: "deno install --frozen" };
  } catch (error) {
    return { name, state: "missing", found: (error as Error).message, mend: "deno task setup" };
  }
}

const mark = { ok: "ok      ", missing: "MISSING ", optional: "optional" };

if (import.meta.main) {
  const platform = thisPlatform();
  const all = await findings(platform, Deno.version.deno, Deno.args.map(readersPath)).catch(fail);
  all.push(await proveByCell(platform));
  for (const { name, state, found, mend } of all) {
    console.log(`${mark[state]}  ${name}: ${found}`);
    if (mend) console.log(`          mend with: ${mend}`);
  }
  Deno.exit(all.some(({ state }) => state === "missing") ? 1 : 0);
}
