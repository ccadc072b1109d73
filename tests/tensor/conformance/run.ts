import jasmineCore from "jasmine-core";

/** What jasmine tells a reporter about a spec. */
interface Spec {
  readonly fullName: string;
  readonly status: "passed" | "failed" | "pending" | "excluded";
  readonly failedExpectations: readonly { readonly message: string }[];
}

interface Environment {
  addReporter(reporter: object): void;
  configure(options: object): void;
  execute(): void;
}

/** Runs the bundled suite (argument 1) under jasmine and prints { specs, threads, failures } as one line of JSON. */
const jasmine = jasmineCore.boot(jasmineCore) as { getEnv(): Environment };
// One spec of the suite counts with an undeclared `i`, which modules forbid.
Object.assign(globalThis, { i: 0 });
const quiet = console.warn;
console.warn = () => {};
await import(Deno.args[0]);
let specs = 0;
const failures: string[] = [];
const environment = jasmine.getEnv();
environment.configure({ random: false });
environment.addReporter({
  specDone(spec: Spec) {
    if (spec.status === "pending" || spec.status === "excluded") return;
    specs++;
    if (spec.status === "failed") {
      failures.push(
        `${spec.fullName}: ${spec.failedExpectations.map((e) => e.message).join("; ").slice(0, 300)}`,
      );
    }
  },
  jasmineDone() {
    console.warn = quiet;
    const { threadsAtWork } = globalThis as unknown as { threadsAtWork(): number };
    console.log(JSON.stringify({ specs, threads: threadsAtWork(), failures }));
    Deno.exit(failures.length === 0 ? 0 : 1);
  },
});
environment.execute();
