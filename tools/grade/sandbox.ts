import { dirname, join } from "node:path";
import course from "../../data/course.json" with { type: "json" };
import { parseNotebook } from "../notebook.ts";
import { misconceptionsOf, slipsOf } from "../editions/prints.ts";
import { type Edition, studentEdition, subjects } from "../editions/project.ts";

/** The folder in which submissions run: the student's lib, and nothing that tells an answer. */
export interface Sandbox {
  folder: string;
  /** The student's files, by path: what an answer may import. */
  files: Edition["files"];
  notebooks: Map<string, ReturnType<typeof parseNotebook>>;
  /** Subject of each notebook that is there: "04_gan" → "gan". */
  subjects: Map<string, string>;
}

/** Nothing is recognised in a sandbox: that is decided on the trusted side. */
const noMisconceptions =
  "export const misconceptions = new Proxy<Record<string, never[]>>({}, { get: () => [] });\n";
const noSlips = "export const slips: Record<string, undefined> = {};\n";

/**
 * Lays out the sandbox in `folder`.
 *
 * @param root the course's folder
 */
export async function makeSandbox(root: string, folder: string): Promise<Sandbox> {
  const { files } = await studentEdition(root);
  const chosen = await subjects(root);
  for (const { subject } of chosen) {
    files.set(await misconceptionsOf(root, subject), noMisconceptions);
    const slips = await slipsOf(root, subject);
    if (slips) files.set(slips, noSlips);
  }
  const wanted = new Map([...files].filter(([path]) => /^(lib|data)\//.test(path)));
  // all packages of the course, so that its lock file holds here too: what an answer may import is decided before
  const { imports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  wanted.set("deno.json", JSON.stringify({ nodeModulesDir: "none", imports }));
  wanted.set("deno.lock", await Deno.readTextFile(`${root}/deno.lock`));
  for (const name of ["frame.ts", "worker.ts", "intrinsics.ts"]) {
    wanted.set(`grade/${name}`, await Deno.readTextFile(new URL(name, import.meta.url)));
  }
  for (const name of ["lib", "data", "grade", "runs"]) {
    await Deno.remove(join(folder, name), { recursive: true }).catch(() => {});
  }
  for (const [path, text] of wanted) {
    const target = join(folder, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeTextFile(target, text);
  }
  return {
    folder,
    files,
    notebooks: new Map(
      chosen.map(({ notebook, file }) => [notebook, parseNotebook(files.get(file) ?? "", file)]),
    ),
    subjects: new Map(chosen.map(({ notebook, subject }) => [notebook, subject])),
  };
}

/** What an answer may import beside the student's lib. */
export const packages = ["mathjs", "ml-matrix", "@tensorflow/tfjs"];

/** What one process may use. */
export interface Limits {
  /** Seconds for one cell, and for all calls of one answer. */
  seconds: number;
  /** Resident memory. */
  megabytes: number;
  /** What it may print, results included. */
  outputMegabytes: number;
}

export const courseLimits: Limits = {
  seconds: course.grading.secondsPerAnswer,
  megabytes: course.grading.megabytes,
  outputMegabytes: course.grading.outputMegabytes,
};

/** How a process ended: by itself after all was done, or why not. */
export type Ending = "done" | "time" | "memory" | "output" | "exit";

/**
 * Runs one module in a process of its own that may read the student's lib and do nothing else; ends it when it takes
 * too long, too much memory or prints too much.
 *
 * @param main the module, in the sandbox
 * @param order what it gets on its standard input, with the nonce that its messages begin with
 * @param onMessage called with each message; a message that begins a step starts the clock anew
 */
export async function supervise(
  { folder }: Sandbox,
  main: string,
  order: { nonce: string } & Record<string, unknown>,
  { seconds, megabytes, outputMegabytes }: Limits,
  onMessage: (message: Record<string, unknown>) => void,
): Promise<Ending> {
  const child = new Deno.Command(Deno.execPath(), {
    ...confined(folder, main, megabytes),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  running.add(child);
  let ending: Ending = "exit";
  const stop = (why: Ending) => {
    if (ending === "exit") ending = why;
    try {
      child.kill("SIGKILL");
    } catch {
      // it has ended already
    }
  };
  let timer = setTimeout(() => stop("time"), (seconds + 20) * 1000);
  const watch = setInterval(() => {
    residentMegabytes(child.pid).then((used) => used > megabytes && stop("memory"), () => {});
  }, 50);
  try {
    await tell(child.stdin, JSON.stringify(order));
    for await (
      const message of messages(child.stdout, order.nonce, outputMegabytes * 1e6, () => stop("output"))
    ) {
      if (ending !== "exit") break;
      if (typeof message.at === "string") {
        clearTimeout(timer);
        timer = setTimeout(() => stop("time"), seconds * 1000);
      }
      onMessage(message);
      if (message.done === true) stop("done");
    }
  } finally {
    stop("exit");
    clearTimeout(timer);
    clearInterval(watch);
    await child.status;
    running.delete(child);
  }
  return ending;
}

/** How a process is started that may read the student's lib and do nothing else. */
function confined(folder: string, main: string, megabytes: number): Deno.CommandOptions {
  return {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check", "--frozen", "--cached-only", "--no-remote"],
      // an origin of its own: what Deno lets a page keep on disk is not there for the next submission
      `--location=https://${crypto.randomUUID()}.invalid/`,
      ...["--config", join(folder, "deno.json"), `--allow-read=${join(folder, "lib")}`],
      ...[
        "--deny-write",
        "--deny-net",
        "--deny-env",
        "--deny-run",
        "--deny-ffi",
        "--deny-sys",
        "--deny-import",
      ],
      `--v8-flags=--disallow-code-generation-from-strings,--max-old-space-size=${
        Math.round(megabytes * 0.6)
      }`,
      main,
    ],
    cwd: folder,
    clearEnv: true,
    env: processEnvironment(),
  };
}

/**
 * Starts the sandbox once for each subject, without an answer: a machine that can't would fail every submission.
 *
 * @throws Error with what Deno says
 */
export async function proveSandbox({ folder, subjects: chosen }: Sandbox, megabytes: number): Promise<void> {
  const main = join(folder, "runs", "proof.ts");
  await Deno.mkdir(dirname(main), { recursive: true });
  const imports = [...chosen.values()].map((subject) => `import "lib/${subject}/questions.ts";\n`);
  await Deno.writeTextFile(main, `import "../grade/worker.ts";\n${imports.join("")}console.log("proof");\n`);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    ...confined(folder, main, megabytes),
    stdin: "null",
  }).output();
  if (new TextDecoder().decode(stdout).trim() === "proof") return;
  const words = new TextDecoder().decode(stderr).trim();
  throw new Error(`Cannot grade: expected a sandbox that starts, got\n${words}`);
}

const running = new Set<Deno.ChildProcess>();

/** Ends every process that runs a submission. */
export function endAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

async function tell(stdin: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // a process that has ended reads nothing
  }
}

/** Lines that begin with the nonce, as data; everything else a process prints is thrown away. */
async function* messages(
  stdout: ReadableStream<Uint8Array>,
  nonce: string,
  most: number,
  tooMuch: () => void,
): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder();
  let parts: string[] = [], size = 0;
  for await (const chunk of stdout) {
    size += chunk.length;
    if (size > most) return tooMuch();
    const pieces = decoder.decode(chunk, { stream: true }).split("\n");
    for (const [i, piece] of pieces.entries()) {
      parts.push(piece);
      if (i === pieces.length - 1) break;
      const line = parts.join("");
      parts = [];
      if (!line.startsWith(nonce)) continue;
      try {
        yield JSON.parse(line.slice(nonce.length));
      } catch {
        // not what the worker sends
      }
    }
  }
}

/** What Deno itself needs to find its cache; the process may not read it. */
function processEnvironment(): Record<string, string> {
  const names = [
    "HOME",
    "DENO_DIR",
    "XDG_CACHE_HOME",
    "LOCALAPPDATA",
    "USERPROFILE",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
  ];
  const set = names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(set), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", DENO_NO_PROMPT: "1" };
}

/** Resident memory of a process: from /proc where there is one, else from ps. */
async function residentMegabytes(pid: number): Promise<number> {
  if (Deno.build.os === "linux") {
    const [, pages] = (await Deno.readTextFile(`/proc/${pid}/statm`)).split(" ");
    return Number(pages) * 4096 / 1e6;
  }
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", String(pid)] }).output();
  return Number(new TextDecoder().decode(stdout)) * 1024 / 1e6;
}
