/** `deno task lab`: sets up what is missing and opens the course in JupyterLab. */
import { existsSync } from "node:fs";
import { get } from "node:http";
import { delimiter, isAbsolute, relative, resolve, sep } from "node:path";
import course from "../data/course.json" with { type: "json" };
import { fail, readersPath, root } from "./command.ts";
import { type Environment } from "./setup/environment.ts";
import { thisPlatform } from "./setup/platform.ts";
import { setUp } from "./setup.ts";

/** What JupyterLab opens on: the start page where there is one, else the first notebook. */
const firstPage = existsSync(resolve(root, "start.md"))
  ? "start.md"
  : `notebooks/${Object.values(course.questions)[0].notebook}.ipynb`;
export const usualPort = 8888;

const help = `deno task lab [NOTEBOOK] [option of JupyterLab …]

Opens the course in JupyterLab (${firstPage} when no notebook is named). Options such as
--port=9000, --no-browser or --ip=0.0.0.0 go to JupyterLab. Ctrl-C ends it.`;

type LabCommand = { notebook: string; port: number | null; options: string[] };

/**
 * Splits the arguments: the first word that is no option is the notebook, the rest is JupyterLab's.
 *
 * @param args what stands behind `deno task lab`
 * @throws RangeError for a port that is none
 */
export function parseLabCommand(args: readonly string[]): LabCommand {
  const command: LabCommand = { notebook: firstPage, port: null, options: [] };
  let named = false;
  for (let i = 0; i < args.length; i++) {
    const port = /^--(?:ServerApp\.)?port(?:=(.*))?$/.exec(args[i]);
    if (port) {
      const text = port[1] ?? args[++i] ?? "";
      command.port = Number(text);
      if (!/^\d+$/.test(text) || command.port < 1 || command.port > 65535) {
        throw new RangeError(
          `Cannot open JupyterLab: expected a port from 1 to 65535, got ${text || "none"}`,
        );
      }
    } else if (args[i].startsWith("-") || named) command.options.push(args[i]);
    else {
      command.notebook = args[i];
      named = true;
    }
  }
  return command;
}

/** The first free port from `from` on. */
function freePort(from: number, hostname = "127.0.0.1"): number {
  for (let port = from; port < Math.min(from + 100, 65536); port++) {
    try {
      Deno.listen({ hostname, port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) && !(error instanceof Deno.errors.PermissionDenied)) {
        throw error;
      }
    }
  }
  throw new Error(`Cannot open JupyterLab: expected a free port from ${from} on, got 100 that are in use`);
}

/** The notebook's path from the course's folder, with `/` as in an address. */
function notebookInCourse(named: string): string {
  const path = named === firstPage ? resolve(root, named) : readersPath(named);
  const inside = relative(root, path);
  // on Windows a notebook on another disk has no relative path
  if (inside.startsWith("..") || isAbsolute(inside)) {
    throw new Error(`Cannot open ${named}: expected a notebook in ${root}, got one outside`);
  }
  if (!existsSync(path)) throw new Error(`Cannot open ${named}: expected a notebook, got no such file`);
  return inside.split(sep).join("/");
}

function startLab(
  { python, scripts, folder }: Environment,
  port: number,
  token: string,
  notebook: string,
  options: string[],
) {
  const admin = Deno.build.os !== "windows" && Deno.uid() === 0 ? ["--allow-root"] : [];
  return new Deno.Command(python, {
    args: [
      ...["-m", "jupyterlab", `--ServerApp.root_dir=${root}`, `--ServerApp.port=${port}`],
      ...[
        "--ServerApp.port_retries=0",
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        "-y",
        ...admin,
      ],
      // The course has one kernel: offering Python beside it only lets a reader take the wrong one.
      ...["--KernelSpecManager.ensure_native_kernel=False", "--KernelSpecManager.allowed_kernelspecs=deno"],
      "--MultiKernelManager.default_kernel_name=deno",
      ...[`--LabApp.default_url=/lab/tree/${addressOf(notebook)}`, ...options],
    ],
    env: {
      // Else a kernel of the same name in the reader's home would win.
      JUPYTER_PREFER_ENV_PATH: "1",
      // What was open in another course does not open in this one.
      JUPYTERLAB_WORKSPACES_DIR: resolve(folder, "share/jupyter/lab/workspaces"),
      JUPYTER_TOKEN: token,
      PATH: `${scripts}${delimiter}${Deno.env.get("PATH") ?? ""}`,
      PYTHONNOUSERSITE: "1",
      PYTHONPATH: "",
      PYTHONHOME: "",
    },
    cwd: root,
    stdin: "null",
  }).spawn();
}

/** The status of a page on this machine, asked for directly: `fetch` would ask the proxy that HTTP_PROXY names. */
const status = (address: string) =>
  new Promise<number | undefined>((done) => {
    get(address, (response) => {
      response.resume();
      done(response.statusCode);
    }).on("error", () => done(undefined));
  });

/** A path as part of an address: `#` and `?` are letters in a file's name. */
export const addressOf = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** Waits until JupyterLab answers or its process has ended. */
async function answers(address: string, ended: Promise<unknown>): Promise<boolean> {
  let over = false;
  ended.then(() => over = true);
  while (!over) {
    if (await status(address) === 200) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

/** On Ctrl-C ends JupyterLab, which ends its kernels; by force after five seconds. Tells whether that was asked. */
function stopOnSignal(child: Deno.ChildProcess): () => boolean {
  let asked = false;
  const stop = () => {
    if (asked) return;
    asked = true;
    console.error("\nClosing JupyterLab …");
    try {
      // On Windows Ctrl-C reaches JupyterLab as well, and a signal from here would end it without its kernels.
      if (Deno.build.os !== "windows") child.kill("SIGTERM");
    } catch {
      return; // It has ended already.
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    child.status.then(() => clearTimeout(timer));
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  return () => asked;
}

async function lab(args: string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help);
    return 0;
  }
  const command = parseLabCommand(args);
  const notebook = notebookInCourse(command.notebook);
  const environment = await setUp(thisPlatform());
  const wanted = command.port ?? usualPort;
  const port = freePort(wanted);
  if (port !== wanted) console.error(`Port ${wanted} is in use: taking ${port}`);
  const token = crypto.randomUUID().replaceAll("-", "");
  const child = startLab(environment, port, token, notebook, command.options);
  const stopped = stopOnSignal(child);
  const origin = `http://localhost:${port}`;
  if (await answers(`${origin}/api/status?token=${token}`, child.status)) {
    console.log(`The course is open at ${origin}/lab/tree/${addressOf(notebook)}?token=${token}`);
    console.log("Ctrl-C ends it.");
  }
  const { code } = await child.status;
  return stopped() ? 0 : code;
}

if (import.meta.main) Deno.exit(await lab(Deno.args).catch(fail));
