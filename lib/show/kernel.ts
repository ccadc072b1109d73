/**
 * The only file that knows there is a kernel. Deno's kernel sends outputs through a queue that nobody waits for:
 * what a cell shows may be lost or land in another cell. Here every cell waits, before it ends, until its outputs
 * are through. All of it is feature-detected: outside a kernel nothing happens.
 */

type Broadcast = (type: string, content: Record<string, unknown>) => Promise<void>;
type BroadcastResult = (executionCount: number, result: unknown) => Promise<void>;

interface Session {
  /** Messages and bytes sent since the last drain. */
  pending: { messages: number; bytes: number };
  /** Whether the end of every cell waits by itself. */
  hooked: boolean;
  /** Whether all of it is installed. */
  installed: boolean;
  /** How many cells have ended without an error, and when the last one did: milliseconds since 1970. */
  ended: number;
  endedAt: number;
  /** Whether the cell's own loops look at the interrupt. */
  looked: boolean;
  /** Sends what was printed and is still held. */
  flush(): void;
  /** What the names that checks are written with mean, from the first cell on. */
  names: Map<string, unknown>;
  interruption: AbortController;
}

const sessionKey = Symbol.for("show-your-work.session");

/** How long outputs need to get through: measured, see CONTRIBUTING.md. */
const DRAIN = { base: 30, perMessage: 1, bytesPerMillisecond: 20_000 };

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A wait that lets nothing else run here, while the kernel's other thread sends. */
function block(milliseconds: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** What of Deno's inside is used here, where this Deno has it. */
function internals(): { jupyter?: { broadcastResult?: BroadcastResult }; inspectArgs?: Inspect } {
  const key = Reflect.get(Deno, "internal");
  return (typeof key === "symbol" ? Reflect.get(Deno, key) : undefined) ?? {};
}

/** The kernel's send function; undefined outside a kernel, where `Deno.jupyter` throws. */
function broadcaster(): Broadcast | undefined {
  try {
    return typeof Deno === "undefined" ? undefined : (Deno.jupyter.broadcast as unknown as Broadcast);
  } catch {
    return undefined;
  }
}

/** Whether every cell waits for its outputs by itself: a kernel of another Deno may lack the hook. */
export const isPaced = (): boolean => session().hooked;

/** When the last cell ended, in milliseconds since 1970: what was saved later has not run. */
export const lastCellEnded = (): number => session().endedAt;

/** Whether this code runs in a notebook. */
export const inKernel = (): boolean => broadcaster() !== undefined;

function session(): Session {
  const holder = globalThis as unknown as Record<symbol, Session | undefined>;
  return holder[sessionKey] ??= {
    pending: { messages: 0, bytes: 0 },
    hooked: false,
    installed: false,
    ended: 0,
    endedAt: 0,
    looked: false,
    flush: () => {},
    names: new Map(),
    interruption: new AbortController(),
  };
}

const waitTime = ({ messages, bytes }: Session["pending"]) =>
  DRAIN.base + messages * DRAIN.perMessage + bytes / DRAIN.bytesPerMillisecond;

/** Waits until what was sent is through. */
export async function drain(): Promise<void> {
  if (!inKernel()) return;
  const { pending, flush } = session();
  flush();
  const milliseconds = waitTime(pending);
  pending.messages = pending.bytes = 0;
  await sleep(milliseconds);
}

/**
 * Sends one display: every form of it in one bundle, from plain text to HTML.
 *
 * @param id names a display that a later call with `update` replaces
 */
export async function send(
  bundle: Readonly<Record<string, unknown>>,
  { id, update = false }: { id?: string; update?: boolean } = {},
): Promise<void> {
  const broadcast = broadcaster();
  if (!broadcast) return;
  const { pending, hooked, flush } = session();
  flush();
  pending.messages += 1;
  for (const part of Object.values(bundle)) {
    pending.bytes += typeof part === "string" ? part.length : JSON.stringify(part).length;
  }
  await broadcast(update ? "update_display_data" : "display_data", {
    data: bundle,
    metadata: {},
    transient: id === undefined ? {} : { display_id: id },
  });
  if (!hooked) await drain();
}

/** Aborted when the reader presses “interrupt”: long loops look at it, and the session stays. */
export function interruption(): AbortSignal {
  const { interruption } = session();
  session().looked = true;
  if (interruption.signal.aborted) session().interruption = new AbortController();
  return session().interruption.signal;
}

/** What a name means to the notebook's cells; undefined where it means nothing. */
export const meaning = (name: string): unknown =>
  (0, eval)(`typeof ${name} === "undefined" ? undefined : ${name}`);

/** Keeps what names mean now: a cell that gives one another meaning is told so, or every check below it would fail. */
export function watchNames(names: readonly string[]): void {
  if (inKernel()) session().names = new Map(names.map((name) => [name, meaning(name)]));
}

function tellTakenNames({ names }: Session) {
  for (const [name, meant] of names) {
    if (meant === undefined || meaning(name) === meant) continue;
    names.delete(name);
    console.error(
      `This cell gives the name “${name}” another meaning, and the checks are written with it: choose another ` +
        "name here, then run the first cell of the notebook again.",
    );
  }
}

/** Lets timers and the interrupt in, then throws if the reader interrupted. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await sleep(0);
  signal?.throwIfAborted();
}

/**
 * What an answer cell ends with, a function or the lines of a proof, is no result to read. (NaN, ±Infinity, −0, null and BigInt never get here:
 * the kernel turns them into undefined before it calls the hook, so that a cell must print them.)
 */
const visible = (result: unknown) =>
  isCode(result) || Array.isArray(result) && result.some(holdsCode) ? undefined : result;
const isCode = (x: unknown) => typeof x === "function";
const holdsCode = (x: unknown) => typeof x === "object" && x !== null && Object.values(x).some(isCode);

/** Rough number of bytes a last expression will send: a long text counts whole, of large data a sample is enough. */
function sizeOf(result: unknown): number {
  let bytes = 0, left = 2000;
  const walk = (value: unknown, depth: number) => {
    if (--left < 0) return;
    if (typeof value === "string") bytes += value.length;
    else if (typeof value === "object" && value !== null && depth > 0) {
      for (const key in value) {
        if (left < 0) return;
        walk(Object.getOwnPropertyDescriptor(value, key)?.value, depth - 1);
      }
    } else bytes += 8;
  };
  walk(result, 4);
  return bytes;
}

/** The Deno whose inside is hooked; another keeps its own, and the first cell says so. */
const MADE_FOR = "2.9.6";

function hookResults(state: Session) {
  const inner = Deno.version.deno === MADE_FOR ? internals().jupyter : undefined;
  const original = inner?.broadcastResult;
  if (!inner || typeof original !== "function") return;
  inner.broadcastResult = async (executionCount, result) => {
    tellTakenNames(state);
    state.flush();
    await original(executionCount, visible(result));
    state.pending.bytes += sizeOf(result);
    if (state.interruption.signal.aborted) state.interruption = new AbortController();
    state.ended++;
    state.endedAt = Date.now();
    state.looked = false;
    await drain();
  };
  state.hooked = true;
}

type Print = (...items: unknown[]) => void;
type Inspect = (items: unknown[], options?: object) => string;

/** After so many messages of a cell, printed lines go out together: every so many milliseconds or characters. */
const TOGETHER = { after: 50, milliseconds: 40, characters: 40_000 };

/**
 * What a cell prints before it throws must be through before the error is, so each message waits a little; and
 * where a cell prints many lines they travel together, or a thousand of them would take seconds. Whatever else
 * is shown waits until they are out: the order stays.
 */
function paceConsole(state: Session) {
  const inspect = internals().inspectArgs;
  const paced = (print: Print, ...items: unknown[]) => {
    const bytes = items.reduce<number>((sum, x) => sum + (typeof x === "string" ? x.length : 100), 0);
    print(...items);
    state.pending.messages += 1;
    state.pending.bytes += bytes;
    block(1 + bytes / DRAIN.bytesPerMillisecond);
  };
  let held: { print: Print; lines: string[]; characters: number; since: number } | undefined;
  state.flush = () => {
    if (!held) return;
    const { print, lines } = held;
    held = undefined;
    paced(print, lines.join("\n"));
  };
  const hold = (print: Print, line: string) => {
    if (held?.print !== print) state.flush();
    if (!held) {
      held = { print, lines: [], characters: 0, since: performance.now() };
      setTimeout(() => state.flush(), TOGETHER.milliseconds);
    }
    held.lines.push(line);
    held.characters += line.length;
    const waited = performance.now() - held.since;
    if (waited > TOGETHER.milliseconds || held.characters > TOGETHER.characters) state.flush();
  };
  // what a cell shows by the kernel's own calls comes behind what it has printed
  for (const name of ["display", "broadcast"] as const) {
    const own = Reflect.get(Deno.jupyter, name) as (...items: unknown[]) => unknown;
    const shows = (...items: unknown[]) => {
      state.flush();
      return own.apply(Deno.jupyter, items);
    };
    Reflect.set(Deno.jupyter, name, shows);
  }
  for (const name of ["log", "info", "warn", "error", "debug", "table", "dir"] as const) {
    const original = console[name] as Print;
    console[name] = (...items: unknown[]) => {
      // a group is indented by the console itself, and a table is no line
      const plain = name !== "table" && name !== "dir" && !Reflect.get(console, "indentLevel");
      const many = held !== undefined || state.pending.messages >= TOGETHER.after;
      if (inspect && plain && many) return hold(original, inspect(items, { colors: !Deno.noColor }));
      state.flush();
      paced(original, ...items);
    };
  }
  const previous =
    (Error as { prepareStackTrace?: (error: Error, frames: unknown[]) => unknown }).prepareStackTrace;
  Object.assign(Error, {
    prepareStackTrace: (error: Error, frames: unknown[]) => {
      state.flush();
      if (state.pending.messages > 0) block(waitTime(state.pending));
      return previous ? previous(error, frames) : `${error}${frames.map((f) => `\n    at ${f}`).join("")}`;
    },
  });
}

/** Faults that no cell awaits would vanish: they are printed, each once until a cell ends. */
function showLostErrors(state: Session) {
  let told = new Set<string>(), cell = state.ended;
  const say = (what: string, cause: unknown) => {
    if (cell !== state.ended) [told, cell] = [new Set(), state.ended];
    const words = `${what}: ${cause instanceof Error ? cause.stack ?? cause.message : String(cause)}`;
    if (!told.has(words)) console.error(words);
    told.add(words);
  };
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    say("A promise was rejected and nobody awaited it", event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    say("An error was thrown outside any cell", event.error ?? event.message);
  });
}

/** After an interrupt a cell that looks at it ends within this time; one that does not can't be ended from here. */
const GRACE = 1500;
/** A second interrupt within this time is meant for the same cell. */
const SAME_WISH = 60_000;

const STUCK =
  "The interrupt has reached the session. If the cell goes on, it waits for something that nobody can end from " +
  "outside: press interrupt once more to end the kernel (what was defined is lost; then run the first cell again).";

/**
 * Without a listener an interrupt ends the kernel and all its state. With it, long loops that look at the signal
 * stop; a cell that waits for ever is told apart after a moment, and a second interrupt ends the kernel after all.
 */
function listenForInterrupts(state: Session) {
  let asked = { cell: -1, at: 0 };
  const abort = () => state.interruption.abort(new DOMException("Interrupted", "AbortError"));
  const onInterrupt = () => {
    if (state.looked) {
      state.looked = false;
      return abort();
    }
    if (asked.cell === state.ended && performance.now() - asked.at < SAME_WISH) Deno.exit(130);
    asked = { cell: state.ended, at: performance.now() };
    abort();
    setTimeout(() => {
      if (asked.cell === state.ended) console.error(STUCK);
    }, GRACE);
  };
  try {
    Deno.addSignalListener("SIGINT", onInterrupt);
  } catch {
    // a system without SIGINT keeps the kernel's own behaviour
  }
}

/** Installs all of it, once a session; outside a kernel it does nothing. */
export function install(): void {
  const state = session();
  if (!inKernel() || state.installed) return;
  state.installed = true;
  hookResults(state);
  paceConsole(state);
  showLostErrors(state);
  listenForInterrupts(state);
}
