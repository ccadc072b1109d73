import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));
const folder = `${root}build/bench-env`;

async function run(command: string, args: string[]) {
  const { success, stderr } = await new Deno.Command(command, { args, stdout: "null", stderr: "piped" })
    .output();
  if (!success) {
    throw new Error(
      `Cannot set up the peers: ${command} ${args.join(" ")} failed\n${new TextDecoder().decode(stderr)}`,
    );
  }
}

/**
 * A Python with the pinned peers in build/bench-env, made on the first run and when requirements.txt changes.
 *
 * @returns its interpreter
 * @throws Error where there is no Python ≥ 3.11 with venv
 */
export async function python(): Promise<string> {
  const wanted = await Deno.readTextFile(`${root}bench/requirements.txt`);
  const marker = `${folder}/requirements.txt`,
    interpreter = Deno.build.os === "windows" ? `${folder}/Scripts/python.exe` : `${folder}/bin/python`;
  if (await Deno.readTextFile(marker).catch(() => "") === wanted) return interpreter;
  console.error("Installing PyTorch, JAX, NumPy and SciPy into build/bench-env (once) …");
  await Deno.mkdir(`${root}build`, { recursive: true });
  await run("python3", ["-m", "venv", folder]);
  await run(interpreter, ["-m", "pip", "install", "-q", "-r", `${root}bench/requirements.txt`]);
  await Deno.writeTextFile(marker, wanted);
  return interpreter;
}

/** What the table says about where it was measured. */
export function machine(): string {
  let cpu = "unknown processor";
  try {
    const line = Deno.readTextFileSync("/proc/cpuinfo").split("\n").find((l) => l.startsWith("model name"));
    cpu = line?.split(":")[1].trim() ?? cpu;
    if (Deno.readTextFileSync("/proc/cpuinfo").includes("avx512f")) cpu += ", AVX-512";
  } catch {
    // Not Linux: the table goes without.
  }
  const [load] = Deno.loadavg();
  return `${cpu}, ${navigator.hardwareConcurrency} cores, load ${
    load.toFixed(1)
  }, Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
}
