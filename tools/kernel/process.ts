import { connect, type Socket } from "./zmtp.ts";
import { type Codec, codec } from "./message.ts";

/** The environment of every kernel of this course: plain text without colours, no look for news. */
export const kernelEnvironment = {
  NO_COLOR: "1",
  DENO_NO_UPDATE_CHECK: "1",
  // V8 joins two 128-bit lanes into one of 256: products 1.7 times faster, results the same to the bit (bench/)
  DENO_V8_FLAGS: "--experimental-wasm-revectorize",
};

/** A kernel's process with sockets to its channels. */
export type KernelProcess = {
  pid: number;
  shell: Socket;
  control: Socket;
  iopub: Socket;
  codec: Codec;
  /** How the process ended, in words. */
  ended: Promise<string>;
  signal(name: Deno.Signal): void;
};

const attempts = 3;
const startTimeout = 30_000;

/**
 * Starts `deno jupyter` on ports that are free and connects to it.
 *
 * @throws Error when no kernel answers on three choices of ports
 */
export async function startProcess(cwd: string, env: Record<string, string>): Promise<KernelProcess> {
  let reason = "";
  for (let attempt = 0; attempt < attempts; attempt++) {
    const started = await tryStart(cwd, env);
    if (typeof started !== "string") return started;
    reason = started;
  }
  throw new Error(`Cannot start a kernel in ${cwd}: expected a running Deno kernel, got ${reason}`);
}

/** One attempt: the process, or why there is none (the ports may have been taken in between). */
async function tryStart(cwd: string, env: Record<string, string>): Promise<KernelProcess | string> {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-kernel-" });
  const file = `${folder}/connection.json`;
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = freePorts(5);
  const key = crypto.randomUUID();
  const connection = { shell_port, iopub_port, stdin_port, control_port, hb_port, key };
  const scheme = { ip: "127.0.0.1", transport: "tcp", signature_scheme: "hmac-sha256", kernel_name: "deno" };
  await Deno.writeTextFile(file, JSON.stringify({ ...connection, ...scheme }), { mode: 0o600 });
  try {
    const child = spawn(cwd, env, file);
    if (typeof child === "string") return child;
    const end = watch(child);
    const sockets = await firstOf(
      end,
      Promise.all([
        connectSoon("DEALER", shell_port, end),
        connectSoon("DEALER", control_port, end),
        connectSoon("SUB", iopub_port, end),
      ]),
    );
    if (typeof sockets === "string") {
      signal(child, "SIGKILL");
      await end;
      return sockets;
    }
    const [shell, control, iopub] = sockets;
    return {
      pid: child.pid,
      shell,
      control,
      iopub,
      codec: await codec(key),
      ended: end,
      signal: (name) => signal(child, name),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The child, or why it could not be started. */
function spawn(cwd: string, env: Record<string, string>, file: string): Deno.ChildProcess | string {
  try {
    return new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--kernel", "--conn", file],
      cwd,
      env: { ...kernelEnvironment, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    return (error as Error).message;
  }
}

/** Waits for the process while its pipes are kept empty; the last words of stderr tell why it ended. */
async function watch(child: Deno.ChildProcess): Promise<string> {
  const stderr = tail(child.stderr);
  tail(child.stdout);
  const status = await child.status;
  const how = status.signal ? `signal ${status.signal}` : `exit code ${status.code}`;
  const words = stderr.text.split("\n").findLast((line) => /error|panic|memory|fatal/i.test(line));
  return words === undefined ? how : `${how} (${words.trim()})`;
}

/** Empties a stream and keeps its last 4,000 characters (a grandchild may hold it open: nobody waits for its end). */
function tail(stream: ReadableStream<Uint8Array>): { text: string } {
  const kept = { text: "" };
  const decoder = new TextDecoder();
  (async () => {
    for await (const chunk of stream) {
      kept.text = (kept.text + decoder.decode(chunk, { stream: true })).slice(-4000);
    }
  })().catch(() => {});
  return kept;
}

/** Connects as soon as somebody listens. */
async function connectSoon(type: "DEALER" | "SUB", port: number, end: Promise<string>): Promise<Socket> {
  let over = false;
  end.then(() => over = true);
  while (!over) {
    try {
      return await connect(type, port);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  throw new Error(await end);
}

/** The sockets, or why there are none: the process has ended, or nobody answers as a kernel does. */
async function firstOf(end: Promise<string>, sockets: Promise<Socket[]>): Promise<Socket[] | string> {
  const time = Promise.withResolvers<string>();
  const timer = setTimeout(() => time.resolve(`no answer in ${startTimeout / 1000} s`), startTimeout);
  try {
    return await Promise.race([end, sockets, time.promise]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Ports that are free now: listened on together, so that they differ, and let go. They lie below those that systems
 * give to outgoing connections, which could take one before the kernel does.
 */
function freePorts(count: number): number[] {
  const listeners: Deno.Listener[] = [];
  const ports: number[] = [];
  while (ports.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    try {
      listeners.push(Deno.listen({ hostname: "127.0.0.1", port }));
      ports.push(port);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) && !(error instanceof Deno.errors.PermissionDenied)) {
        throw error;
      }
    }
  }
  for (const listener of listeners) listener.close();
  return ports;
}

function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    // It has ended already.
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
  }
}
