import { type Displays, type Output, type Screen, screen } from "./output.ts";
import { type KernelProcess, startProcess } from "./process.ts";
import type { Json, Message } from "./message.ts";

/** How a cell ended. `timeout`: it was still running at its limit; `died`: the kernel's process ended under it. */
export type Status = "ok" | "error" | "timeout" | "died";

export type Execution = {
  status: Status;
  /** Everything the cell has shown; what it shows later (a timer) is added to this same list. */
  outputs: Output[];
  /** The number in front of the cell; null when the kernel never answered. */
  count: number | null;
  /** How the kernel's process ended, when it did. */
  reason?: string;
  seconds: number;
};

export type ExecuteOptions = {
  /** Milliseconds until the cell is interrupted, and its kernel ended if that does not help; default: no limit. */
  timeout?: number;
  /** Called with each output as it comes, and again when it grows or changes. */
  onOutput?(output: Output): void;
};

export type Kernel = {
  pid: number;
  alive(): boolean;
  /** Runs one cell; cells asked for at once run one after the other. Rejects only when the kernel has ended before. */
  execute(code: string, options?: ExecuteOptions): Promise<Execution>;
  /** Ctrl-C for the running cell; a kernel without a listener for it ends. */
  interrupt(): void;
  /** Waits a little for late outputs, then ends the process, by force after two seconds. */
  close(): Promise<void>;
};

const interruptGrace = 1000;
const idleLimit = 2000;
const closeGrace = 2000;
const fenceLimit = 15_000;
const lateOutputs = 30;

type Request = {
  screen: Screen;
  onOutput?(output: Output): void;
  idle: () => void;
  reply: (m: Message) => void;
};

/**
 * Starts a Deno kernel and connects to it.
 *
 * Each output is given to its own cell. The kernel sends what a cell shows through one queue, which neither `idle`
 * nor the reply waits for, and stamps it with whatever request is current when it leaves the queue. So after every
 * cell a fence is executed: it prints a token through the same queue, and what comes before the token is the cell's.
 *
 * @param options.cwd folder in which the kernel starts (JupyterLab: the notebook's folder)
 * @param options.env further variables of its environment
 */
export async function startKernel(
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<Kernel> {
  const process = await startProcess(cwd, env);
  const session = talk(process);
  await session.ready();
  let queue: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  return {
    pid: process.pid,
    alive: () => session.reason() === undefined,
    execute(code, options = {}) {
      const turn = queue.then(() => session.run(code, options));
      queue = turn.catch(() => {});
      return turn;
    },
    interrupt: () => process.signal("SIGINT"),
    close: () => closing ??= end(process, session),
  };
}

type Session = ReturnType<typeof talk>;

/** The conversation with one kernel: requests by id, and what has become of them. */
function talk(process: KernelProcess) {
  const requests = new Map<string, Request>();
  const displays: Displays = new Map();
  let reason: string | undefined;
  const published = listen(process.iopub, process, (message) => {
    const request = requests.get(message.parent.msg_id ?? "");
    if (request === undefined) return;
    const { msg_type } = message.header;
    if (msg_type === "status" && message.content.execution_state === "idle") request.idle();
    const output = request.screen.take(msg_type, message.content);
    if (output !== undefined) request.onOutput?.(output);
  });
  const replies = [process.shell, process.control].map((socket) =>
    listen(socket, process, (message) => requests.get(message.parent.msg_id ?? "")?.reply(message))
  );
  // Outputs that cannot be read any more must not look like outputs that were never there.
  let unreadable: string | undefined;
  const drained = Promise.all([published, ...replies]).catch((error: Error) => {
    unreadable = error.message;
    process.signal("SIGKILL");
  });
  // What the kernel sent before it ended is still read.
  const death = process.ended.then(async (words) => {
    reason = unreadable ?? words;
    await within(500, drained);
    return "died" as const;
  });

  /** Sends a request; resolves with its reply once the kernel is idle again. */
  async function ask(
    type: string,
    content: Json,
    shown: Omit<Request, "idle" | "reply"> = { screen: screen(displays) },
    socket = process.shell,
  ): Promise<Message> {
    const { id, frames } = await process.codec.encode(type, content);
    const idle = Promise.withResolvers<void>(), reply = Promise.withResolvers<Message>();
    requests.set(id, { ...shown, idle: idle.resolve, reply: reply.resolve });
    await socket.send(frames).catch(() => {});
    const message = await reply.promise;
    await within(idleLimit, idle.promise, death);
    return message;
  }

  /** Waits until everything the cell has shown is here: prints a token behind it, through the same queue. */
  async function fence(cell: Screen, onOutput: ExecuteOptions["onOutput"]): Promise<void> {
    const token = `fence-${crypto.randomUUID()}`;
    const seen = Promise.withResolvers<void>();
    const behind: Screen = {
      ...cell,
      take(type, content) {
        if (type === "stream" && String(content.text).includes(token)) {
          seen.resolve();
          content = { ...content, text: String(content.text).replace(new RegExp(`${token}\n?`), "") };
          if (content.text === "") return undefined;
        }
        return cell.take(type, content);
      },
    };
    const code = `await new Promise((resolve) => setTimeout(resolve)); console.log("${token}");`;
    const done = ask("execute_request", request(code, true), { screen: behind, onOutput });
    await within(fenceLimit, Promise.all([done, seen.promise]), death);
    cell.settle();
  }

  /** Ends a cell that takes too long: the listener's way, then the engine's, then by ending the process. */
  async function stop(done: Promise<Message>): Promise<Message | "died"> {
    process.signal("SIGINT");
    const listened = await within(interruptGrace, done, death);
    if (listened !== undefined) return listened;
    ask("interrupt_request", {}, undefined, process.control);
    const stopped = await within(interruptGrace, done, death);
    if (stopped !== undefined) return stopped;
    process.signal("SIGKILL");
    return await death;
  }

  return {
    reason: () => reason,
    death,
    /** Resolves when the kernel answers and its publications are heard (a late subscriber misses the first ones). */
    async ready(): Promise<void> {
      for (let attempt = 0; attempt < 100; attempt++) {
        const first = await within(300, ask("kernel_info_request", {}), death);
        if (first === "died") throw new Error(`Cannot start a kernel: expected an answer, got ${reason}`);
        if (first !== undefined) return;
      }
      process.signal("SIGKILL");
      throw new Error("Cannot start a kernel: expected an answer within 30 s, got none");
    },
    async run(code: string, { timeout, onOutput }: ExecuteOptions): Promise<Execution> {
      if (reason !== undefined) {
        throw new Error(
          `Cannot execute a cell: expected a running kernel, got one that ended with ${reason}`,
        );
      }
      const shown = screen(displays);
      const start = performance.now();
      const done = ask("execute_request", request(code, false), { screen: shown, onOutput });
      const result = (status: Status, count: number | null): Execution => {
        const seconds = (performance.now() - start) / 1000;
        return { status, outputs: shown.outputs, count, seconds, ...reason === undefined ? {} : { reason } };
      };
      let first = await within(timeout, done, death);
      const late = first === undefined;
      if (late) first = await stop(done);
      if (first === "died" || first === undefined) return result(late ? "timeout" : "died", null);
      const count = Number(first.content.execution_count);
      const status = first.content.status === "ok" ? "ok" : "error";
      const answered = result(late ? "timeout" : status, count);
      await fence(shown, onOutput);
      return answered;
    },
    async shutdown(): Promise<void> {
      await within(
        closeGrace,
        ask("shutdown_request", { restart: false }, undefined, process.control),
        death,
      );
    },
  };
}

async function end(process: KernelProcess, session: Session): Promise<void> {
  if (session.reason() === undefined) {
    await within(lateOutputs, session.death);
    await session.shutdown();
    if (await within(closeGrace, session.death) === undefined) process.signal("SIGKILL");
  }
  await session.death;
  for (const socket of [process.shell, process.control, process.iopub]) socket.close();
}

/** Hands every message with a right signature to `take`, in order; resolves when the socket has ended. */
async function listen(
  socket: KernelProcess["shell"],
  { codec }: KernelProcess,
  take: (message: Message) => void,
): Promise<void> {
  for await (const frames of socket.messages()) {
    const message = await codec.decode(frames);
    if (message !== null) take(message);
  }
}

function request(code: string, silent: boolean): Json {
  return {
    code,
    silent,
    store_history: !silent,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: false,
  };
}

/** The first of these to be there within so many milliseconds; undefined when none is. */
async function within<T extends unknown[]>(
  milliseconds: number | undefined,
  ...promises: { [K in keyof T]: Promise<T[K]> }
): Promise<T[number] | undefined> {
  if (milliseconds === undefined) return await Promise.race(promises);
  const time = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => time.resolve(undefined), milliseconds);
  const first = await Promise.race([...promises, time.promise]);
  clearTimeout(timer);
  return first;
}
