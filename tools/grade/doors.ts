/**
 * Closes what leads out of the sandbox's own process by accident: output, exit, threads that would go on while other
 * answers are called, and ways to make code from strings. A habit, not the wall: that is the process itself.
 */
export function closeDoors(): void {
  const silent = () => {};
  for (const name of Object.keys(console)) {
    if (typeof Reflect.get(console, name) === "function") Reflect.set(console, name, silent);
  }
  const refuse = () => {
    throw new Error("an answer may not end its process");
  };
  const close = (holder: object | undefined, name: PropertyKey, value: unknown) => {
    if (!holder) return;
    try {
      Object.defineProperty(holder, name, { value, configurable: true, writable: true });
    } catch {
      // a property that is fixed stays: the supervisor sees the end of the process
    }
  };
  for (const name of ["exit", "kill"]) close(Deno, name, refuse);
  for (const name of ["stdout", "stderr", "stdin", "internal", "jupyter"]) close(Deno, name, undefined);
  // the engine's inside: evalContext, every operation by number
  const { internal } = Deno as unknown as { internal: symbol };
  for (const symbol of Object.getOwnPropertySymbols(Deno).concat(internal ?? [])) {
    close(Deno, symbol, undefined);
  }
  for (const name of ["localStorage", "sessionStorage", "caches", "indexedDB", "Worker", "SharedWorker"]) {
    close(globalThis, name, undefined);
  }
  const { navigator, process } = globalThis as unknown as Record<string, object | undefined>;
  for (const name of ["gpu", "clipboard"]) {
    close(navigator && Object.getPrototypeOf(navigator), name, undefined);
  }
  for (const name of ["exit", "reallyExit", "abort", "kill"]) close(process, name, refuse);
  for (const name of ["getBuiltinModule", "binding", "dlopen", "_linkedBinding", "mainModule"]) {
    close(process, name, undefined);
  }
  for (const name of ["unhandledrejection", "error"]) {
    globalThis.addEventListener(name, (event) => event.preventDefault());
  }
}
