/** Ways out: files, imports, network, environment, programs, code from strings, the engine's inside. */
import { root } from "../course.ts";
import { type Hostile, inA, loot, marker, wrong } from "./kind.ts";

const P = JSON.stringify(loot), M = JSON.stringify(marker);
const told = (reading: string) => `throw new Error("loot: " + String(${reading}));`;
const harmless: Partial<Hostile> = { costs: [], may: ["A"] };

const reads: Record<string, string> = {
  "readTextFileSync": told(`Deno.readTextFileSync(${P})`),
  "readTextFile": told(`await Deno.readTextFile(${P})`),
  "readFileSync": told(`new TextDecoder().decode(Deno.readFileSync(${P}))`),
  "openSync": told(
    `(() => { const f = Deno.openSync(${P}), b = new Uint8Array(99); f.readSync(b); return new TextDecoder().decode(b); })()`,
  ),
  "readDirSync": told(`[...Deno.readDirSync("..")].map((e) => e.name)`),
  "realPathSync": told(`Deno.realPathSync(".")`),
  "readLinkSync": told(`Deno.readLinkSync("/proc/self/exe")`),
  "lstatSync": told(`Deno.lstatSync(${P}).size`),
  "fetch of a file": told(`await (await fetch("file://" + ${P})).text()`),
  "/proc/self/environ": told(`Deno.readTextFileSync("/proc/self/environ")`),
  "/proc/self/mem": told(`Deno.openSync("/proc/self/mem")`),
  "/etc/passwd": told(`Deno.readTextFileSync("/etc/passwd")`),
  "the order once more": told(`new TextDecoder().decode(Deno.readFileSync("/dev/stdin"))`),
  "standard input": told(
    `(() => { const b = new Uint8Array(1e6); Deno.stdin.readSync(b); return new TextDecoder().decode(b); })()`,
  ),
  "watchFs": told(`Deno.watchFs("/")`),
  "the sandbox's own notebooks": told(`Deno.readTextFileSync("notebooks/04_gan.ipynb")`),
  "the worker": told(`Deno.readTextFileSync("grade/worker.ts")`),
  "the manifest": told(`Deno.readTextFileSync("sandbox.json")`),
  "the course's questions": told(`Deno.readTextFileSync(${JSON.stringify(`${root}/lib/gan/questions.ts`)})`),
  "the neighbour's slot": told(
    `Deno.readTextFileSync("runs/slot-2/cells.ts") + Deno.readTextFileSync("runs/slot-1/../slot-2/cells.ts")`,
  ),
};

const links: Record<string, string> = {
  "a text": `import loot from ${P} with { type: "text" }; ${told("loot")}`,
  "a text by bytes": `import loot from ${P} with { type: "bytes" }; ${
    told("new TextDecoder().decode(loot)")
  }`,
  "a path upwards": `import * as x from "../../lib/gan/questions.ts"; ${told("Object.keys(x)")}`,
  "a path from the root": `import * as x from ${JSON.stringify(`${root}/lib/gan/questions.ts`)}; ${
    told("Object.keys(x)")
  }`,
  "a file's address": `import * as x from ${JSON.stringify(`file://${root}/lib/gan/solution.ts`)}; ${
    told("Object.keys(x)")
  }`,
  "the other slot": `import { cells } from "../slot-2/cells.ts"; ${told("cells")}`,
  "its own module": `import { cells } from "./cells.ts"; ${told("cells")}`,
  "the worker": `import "../../grade/worker.ts";`,
  "the questions": `import { answer } from "lib/gan/questions.ts"; ${told("answer")}`,
  "the solution": `import * as s from "lib/gan/solution.ts"; ${told("Object.keys(s)")}`,
  "the claims": `import { claims } from "lib/gan/claims.ts"; ${told("claims")}`,
  "the misconceptions": `import * as m from "lib/gan/misconceptions.ts"; ${told("Object.keys(m)")}`,
  "the questions by a crooked path": `import { answer } from "lib/math/../gan/questions.ts"; ${
    told("answer")
  }`,
  "the questions by an encoded path": `import { answer } from "lib/gan/%71uestions.ts"; ${told("answer")}`,
  "the questions by two bars": `import { answer } from "lib//gan/questions.ts"; ${told("answer")}`,
  "the questions by a query": `import { answer } from "lib/gan/questions.ts?x"; ${told("answer")}`,
  "node's files": `import fs from "node:fs"; ${told(`fs.readFileSync(${P})`)}`,
  "node's files without a prefix": `import fs from "fs"; ${told(`fs.readFileSync(${P})`)}`,
  "node's vm": `import vm from "node:vm"; ${told(`vm.runInThisContext("1")`)}`,
  "node's inspector": `import { Session } from "node:inspector"; new Session().connect();`,
  "node's v8": `import v8 from "node:v8"; v8.writeHeapSnapshot(${M});`,
  "node's workers": `import { Worker } from "node:worker_threads"; new Worker("for(;;);", { eval: true });`,
  "node's programs": `import { execSync } from "node:child_process"; execSync("touch ${marker}");`,
  "a package of the course": `import temml from "temml"; ${told("temml")}`,
  "a package of npm": `import x from "npm:temml@0.13.5"; ${told("x")}`,
  "a package's inside": `import x from "@tensorflow/tfjs/package.json" with { type: "json" }; ${told("x")}`,
  "data": `import { x } from "data:text/javascript,export const x = 1;"; ${told("x")}`,
  "https": `import { x } from "https://example.com/x.ts"; ${told("x")}`,
  "jsr": `import { x } from "jsr:@std/fs"; ${told("x")}`,
  "a string as a name":
    `import { "all as q } from 'mathjs'; import loot from ${loot} with { type: 'text' }; import { all" as z } from "mathjs"; ${
      told("loot")
    }`,
  "a string as an exported name": `export { q as "x from 'mathjs'; import 'y" } from "mathjs";`,
  "a deferred module": `import defer * as x from "lib/gan/questions.ts"; ${told("x")}`,
  "import equals": `import x = require("node:fs"); ${told("x")}`,
  "import while running": told(`await import("node:fs")`),
  "import of a computed name": told(`await import(["node", "fs"].join(":"))`),
  "import in a function": `const f = () => import("lib/gan/questions.ts"); ${told("(await f()).answer")}`,
  "import in a template": "`${await import('node:fs')}`;",
  "import in a class": `class C { static x = import("node:fs"); } ${told("await C.x")}`,
  "import as a type, too": `type X = typeof import("node:fs"); ${told(`await import("node:fs" as string)`)}`,
  "where it stands": told("import.meta.url"),
  "what it resolves": told(`import.meta.resolve("lib/gan/questions.ts")`),
  "a name that is not there": `import { stepMatrix } from "lib/gan/dynamics.ts"; ${told("stepMatrix")}`,
};

/** Ways of spelling that another parser might read as something else. */
const spelled: Record<string, string> = {
  "import in escapes": String.raw`const x = await im\u0070ort("node:fs");`,
  "import.meta in escapes": String.raw`im\u0070ort.meta.url;`,
  "a throw in escapes": String.raw`thr\u006fw new Error("x");`,
  "a comment of HTML": `let z = 3; const x = 1, c = x <!--z\n;import("node:fs");`,
  "the end of such a comment": `let z = 3;\n--> import("node:fs")\n`,
  "a phase": `const x = await import.source("lib/gan/questions.ts");`,
  "a later phase": `const x = await import.defer("lib/gan/questions.ts");`,
  "an assertion": `import x from "lib/gan/questions.ts" assert { type: "json" };`,
  "data for JSON": `import x from "../../data/course.json" with { type: "json" }; ${told("x")}`,
  "data while running": told(`await import("data:text/javascript,export const x = 1")`),
  "a blob while running": told(
    `await import(URL.createObjectURL(new Blob(["1"], { type: "text/javascript" })))`,
  ),
  "npm while running": told(`await import("npm:fflate@0.8.3")`),
  "a namespace's string": `export * as "x; import y from 'node:fs'" from "mathjs";`,
  "an enumeration": `enum E { a = (await import("node:fs")).length }`,
  "a decorator": `const d = () => import("node:fs");\n@d class C {}`,
  "an accessor": "class C { accessor x = 1; }",
  "the module's own names": "const $$cells = [], $$answers = {};",
  "what await means": "const await = 1;",
  "an import that is computed":
    `function F() { return new.target; } const f = (x) => import(x); await f("node:vm");`,
};

const strings: Record<string, string> = {
  "eval": `eval('import("node:fs")');`,
  "a call of eval aside": `(0, eval)("1");`,
  "Function": `new Function("return 1")();`,
  "a function's constructor": `(() => {}).constructor("return 1")();`,
  "an async function's constructor":
    `await (async () => {}).constructor("return await import('node:fs')")();`,
  "a generator's constructor": `(function* () {}).constructor("yield 1")().next();`,
  "Reflect.construct": `Reflect.construct((() => {}).constructor, ["return 1"])();`,
  "evalContext": `Deno[Deno.internal].core.evalContext("1", "x");`,
  "operations": `Deno[Deno.internal].core.ops.op_read_file_text_sync(${P});`,
  "every symbol of Deno": `for (const s of Object.getOwnPropertySymbols(Deno)) Deno[s].core.print("x");`,
  "built-in modules": `process.getBuiltinModule("node:vm").runInThisContext("1");`,
  "bindings": `process.binding("fs").internalModuleReadJSON(${P});`,
  "linked bindings": `process._linkedBinding("fs");`,
  "the main module": `process.mainModule.require("fs");`,
  "require": `require("fs").readFileSync(${P});`,
  "module": `module.constructor._load("fs");`,
  "a worker from data": `new Worker("data:application/javascript,for(;;);", { type: "module" });`,
  "a worker from a blob": `new Worker(URL.createObjectURL(new Blob(["for(;;);"])), { type: "module" });`,
  "a realm's own": `new ShadowRealm().evaluate("1");`,
  "the engine's own callers":
    `Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFunction() ?? site.getThis()); ${
      told("new Error().stack.filter((x) => x !== undefined)[0].x.y")
    }`,
  "graphics": `await navigator.gpu.requestAdapter();`,
};

const doors: Record<string, string> = {
  "writes a file": `Deno.writeTextFileSync(${M}, "x");`,
  "makes a folder": `Deno.mkdirSync(${M});`,
  "makes a temporary file": `Deno.makeTempFileSync();`,
  "links": `Deno.symlinkSync(${P}, ${M});`,
  "renames": `Deno.renameSync(${P}, ${M});`,
  "removes": `Deno.removeSync(${P});`,
  "writes through node": `process.report.writeReport(${M});`,
  "fetches": `await fetch("http://127.0.0.1:8765/");`,
  "connects": `await Deno.connect({ port: 8765 });`,
  "listens": `Deno.listen({ port: 0 });`,
  "serves": `Deno.serve({ port: 0 }, () => new Response("x"));`,
  "asks for names": `await Deno.resolveDns("example.com", "A");`,
  "a web socket": `new WebSocket("ws://127.0.0.1:8765/");`,
  "one variable": told(`Deno.env.get("SECRET_OF_THE_COURSE")`),
  "all variables": told(`JSON.stringify(Deno.env.toObject())`),
  "the host's name": told("Deno.hostname()"),
  "the host's addresses": told("JSON.stringify(Deno.networkInterfaces())"),
  "the user": told("Deno.uid()"),
  "a program": `new Deno.Command("touch", { args: [${M}] }).outputSync();`,
  "Deno as a program": `new Deno.Command(Deno.execPath(), { args: ["eval", "1"] }).outputSync();`,
  "a library of machine code":
    `Deno.dlopen("libc.so.6", { system: { parameters: ["buffer"], result: "i32" } });`,
  "writes to its own output": `Deno.openSync("/proc/self/fd/1", { write: true });`,
  "the load": told("Deno.loadavg()"),
  "memory of machine code": "Deno.UnsafePointer.create(1n);",
  "a source of events":
    `await new Promise((_, no) => new EventSource("http://127.0.0.1:8765/").onerror = no);`,
  "ends its supervisor": `Deno.kill(Deno.ppid, "SIGKILL");`,
  "leaves": `Deno.exit(0);`,
  "leaves through node": `process.exit(0);`,
  "really leaves": `process.reallyExit(0);`,
  "aborts": `process.abort();`,
  "keeps something": `localStorage.setItem("x", "1");`,
  "keeps a database": `await Deno.openKv();`,
  "goes elsewhere": `Deno.chdir("/"); ${told("Deno.readDirSync('.').next().value.name")}`,
};

/** Ways of writing that once turned text into code of the module, and are nobody's fault. */
const innocentText: Record<string, string> = {
  "a remark on a constant's mark": "const x //!\n : number = 3;",
  "class in a comment": "/* class */ class Q { /* class */ static x = 1; }",
  "a function before a regular expression": "function f() {}\n/a/g.test('x')\nfunction h() { return 1 }",
  "an import before a regular expression": `import { transpose } from "lib/math/linalg.ts"\n/a/g.test("x");`,
  "declarations before a bracket": "declare const z: number\nconst q = 1\n;[q].length",
  "directives": '"use strict";\n"</script>";',
  "templates of templates": "const t = `a${`b${1}`}`;",
  "odd numbers": "const n = [1e400, -0, 0x10, 1_000, 10n, 5e-324];",
  "odd strings": String.raw`const s = "\u2028\x00\ud83d\ude00\ud800", r = /[/\]]\//u;`,
  "types of all kinds":
    "function f(x: number): number; function f(x: string): string; function f(x: any) { return x; }\nconst s = f(1)! satisfies number as unknown as string;",
  "classes of all kinds":
    "abstract class Q { abstract f(): void; constructor(public x = 1) {} }\nclass R extends Q { #y = 2; static { new R(); } f() { return #y in this; } }",
  "declarations for others":
    `declare global { interface Window { x: 1 } }\ndeclare module "node:fs" { export const x: 1; }`,
  "a default that is a class": "export default class { static x = 1; }",
  "names in other letters": "const 𝒜 = 4, ζ\u200d = 5; [𝒜, ζ\u200d];",
  "patterns of this year": "[/[\\p{L}--[a-z]]/v, /(?i:a)b/, /(?<y>a)|(?<y>b)/];",
  "a mark before a division": "let t = 5; const u = t!\n/2/1; u;",
  "a line that begins with a bracket": "const l = [[1]]; l\n[0][0] = 5;",
  "a pound sign first": "#!/usr/bin/env deno\nconst x = 1;",
  "names of the language": "var undefined, NaN, Infinity;",
  "labels, commas, void": "outer: for (const i of [1]) { if ((i, true)) break outer; } void 0;",
};

export const escapes: Hostile[] = [
  ...Object.entries(reads).map(([name, code]) => inA(`reads ${name}`, code)),
  ...Object.entries(links).map(([name, code]) =>
    inA(`imports ${name}`, code, name === "a string as an exported name" ? harmless : {})
  ),
  ...Object.entries(spelled).map(([name, code]) => inA(`spells ${name}`, code)),
  ...Object.entries(strings).map(([name, code]) => inA(`makes code: ${name}`, code)),
  ...Object.entries(doors).map(([name, code]) =>
    inA(`door: ${name}`, code, /socket|variables|listens|serves|through node/.test(name) ? harmless : {})
  ),
  ...Object.entries(innocentText).map(([name, code]) => inA(`innocent: ${name}`, code, { costs: [] })),
  inA("door: a permission asked for", `await Deno.permissions.request({ name: "read" });`, harmless),
  inA("door: node's environment", told("process.env.SECRET_OF_THE_COURSE ?? ''")),
  wrong("breaks out of its function", {
    A: "}]; globalThis.x = 1; export const cells = [['x', async () => {",
  }),
  wrong("closes the arrow", { A: "const A = 1; })(); (async () => {" }),
];
