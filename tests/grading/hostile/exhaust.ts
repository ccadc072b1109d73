/** Using up what there is: time, memory, output, threads, patience. */
import { right, submission } from "../course.ts";
import { type Hostile, inA, wrong } from "./kind.ts";

/** What never ends is slow to test: each kind once. */
const endless: Hostile[] = [
  inA("never ends", "for (;;);", { says: /took more than/ }),
  wrong("never ends in every answer", {
    A: "const A = () => { for (;;); };",
    growth: "const growth = () => { for (;;); };",
    eigenvaluesOfA: "for (;;); const eigenvaluesOfA = 1;",
  }, { says: /took more than/ }),
  inA("waits with its thread", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);", {
    costs: [],
    may: ["A"],
  }),
  inA("a promise that never settles", "await new Promise(() => {});", { says: /waits for something/ }),
  inA(
    "thirty-six threads of key making",
    `const key = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]);
for (;;) await Promise.all(Array.from({ length: 36 }, () => crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt: new Uint8Array(8), iterations: 3e5 }, key, 512)));`,
  ),
  inA("a backtracking pattern", `/^(a+)+$/.test("a".repeat(60) + "b");`, { says: /took more than/ }),
  inA(
    "threads of big primes",
    `for (;;) await Promise.all(Array.from({ length: 16 }, () => crypto.subtle.generateKey({ name: "RSA-PSS", modulusLength: 4096, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" }, true, ["sign", "verify"])));`,
  ),
  inA("a number without end", "let n = 3n; for (;;) n = n * n;"),
  inA(
    "a message that throws when it is read",
    `throw Object.defineProperty(new Error(), "message", { get() { for (;;); } });`,
  ),
  inA("a thenable that never calls", "await { then() {} };"),
  inA("microtasks without end", "await (async function f() { for (;;) await 0; })();"),
];

const memory: Record<string, string> = {
  "typed arrays": "const hoard = []; for (;;) hoard.push(new Uint8Array(1e7).fill(1));",
  "a heap of objects": "const hoard = []; for (;;) hoard.push({ a: [hoard.length] });",
  "a heap of strings":
    `let s = "x"; const hoard = []; for (;;) { hoard.push((s + hoard.length).repeat(1e6).split("").reverse()); }`,
  "shared memory":
    "const hoard = []; for (;;) hoard.push(new Uint8Array(new SharedArrayBuffer(2e8)).fill(1));",
  "a buffer that grows":
    "const b = new ArrayBuffer(0, { maxByteLength: 8e9 }); for (let n = 1e8;; n += 1e8) { b.resize(n); new Uint8Array(b).fill(1); }",
  "what unpacks to more":
    `const z = await new Response(new Blob([new Uint8Array(4e8)]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(); const l = []; for (;;) l.push(await new Response(new Blob([z]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());`,
  "pictures": "const l = []; for (;;) l.push(await createImageBitmap(new ImageData(8000, 8000)));",
  "web assembly":
    "const hoard = []; for (;;) { const m = new WebAssembly.Memory({ initial: 2000 }); hoard.push(new Uint8Array(m.buffer).fill(1)); }",
};

export const exhausts: Hostile[] = [
  ...endless,
  ...Object.entries(memory).map(([name, code]) => inA(`memory: ${name}`, code)),
  wrong("memory: a result", { growth: "const growth = () => new Float64Array(5e7);" }),
  wrong("memory: many results", { growth: "const growth = () => new Array(900_000).fill(1.5);" }),
  wrong("memory: a list that grows when it is read", {
    growth: "const growth = () => new Proxy([], { get: (_, key) => key === 'length' ? 2 ** 32 : 1 });",
  }),
  wrong("depth: a result that holds itself", {
    growth: "const growth = () => { const a = []; a.push(a); return a; };",
  }),
  inA("output: without end", `for (let i = 0; i < 1e5; i++) console.log("x".repeat(1000));`, { costs: [] }),
  wrong("sleeps in each call", {
    growth:
      "const growth = () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100); return 1; };",
  }),
  ...["_ => { for (;;); }", "() => new Promise(() => {})"].map((rest, i) =>
    inA(`leaves something behind (${i})`, `setTimeout(${rest}, 0);`, { costs: [], may: ["A"] })
  ),
  inA("depth: calls", "(function f() { f(); })();"),
  inA("syntax: brackets", `const x = ${"[".repeat(40_000)}${"]".repeat(40_000)};`),
  inA("syntax: arrows without end", `${"<T>(".repeat(80)}b${")=>c".repeat(80)};`),
  inA("syntax: too long", `const x = [${"1,".repeat(150_000)}];`, { says: /too long/ }),
  {
    name: "cells without number",
    costs: [],
    files: async () => ({
      "04_gan.ipynb": await submission(right, (notebook) => {
        for (let i = 0; i < 15_000; i++) {
          notebook.cells.push({ cell_type: "code", metadata: {}, source: "for(;;);" });
        }
      }),
    }),
  },
  {
    name: "nothing but cells",
    costs: ["A", "stationaryPoint", "eigenvaluesOfA", "growth"],
    files: () => Promise.resolve({ "04_gan.ipynb": `{"cells":[${"{},".repeat(2e6)}{}]}` }),
    remark: /more than \d+ cells/,
  },
];
