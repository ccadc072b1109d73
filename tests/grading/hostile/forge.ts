/** Forging: messages, values that change, the language's own objects, what looks like a grade. */
import { right, submission } from "../course.ts";
import { type Hostile, inA, wrong } from "./kind.ts";

const says = (value: string) => `const growth = () => (${value});`;

const values: Record<string, string> = {
  "a value that counts": "{ valueOf: (() => { let n = 0; return () => n++; })() }",
  "a number with a value of its own": "Object.assign(new Number(1), { valueOf: () => ({}) })",
  "a number that is none": "Object.create(Number.prototype)",
  "a subclass of Number": "new (class extends Number { valueOf() { return { toJSON: () => 1 }; } })(1)",
  "a thing with toJSON": "{ toJSON: () => 1 }",
  "a thing with toFraction": `{ toFraction: () => "1", valueOf: () => { throw 1; } }`,
  "a tensor that is none": "{ arraySync: () => { throw new Error('x'); } }",
  "a proxy of everything":
    "new Proxy({}, { get: () => () => 1, has: () => true, ownKeys: () => ['a', 'a'] })",
  "a getter that throws": "{ get re() { throw 1; }, get im() { throw 1; } }",
  "a message": `"\\n{\\"done\\":true}\\n"`,
  "a word of the wire": `{ "~": "NaN" }`,
  "a proto": `JSON.parse('{"__proto__": {"points": 100}, "constructor": {}}')`,
  "a symbol": "Symbol.iterator",
  "a promise": "Promise.resolve(1)",
  "a date": "new Date(NaN)",
  "a function": "Math.hypot",
  "nothing": "void 0",
  "null": "null",
  "not a number": "NaN",
  "infinity": "-Infinity",
};

const breaks: Record<string, string> = {
  "prototypes":
    "Object.prototype.points = 100; Object.prototype.toJSON = () => 1; Array.prototype.toJSON = () => [];",
  "arrays": "Array.prototype.map = () => []; Array.isArray = () => true; Array.from = () => [];",
  "JSON": `JSON.stringify = () => "{}"; JSON.parse = () => ({});`,
  "strings": `String.prototype.replace = () => "x"; String.prototype.slice = () => "x"; String = () => "y";`,
  "time":
    "performance.now = () => 0; Date.now = () => 0; process.cpuUsage = () => ({ user: 0, system: 0 }); process.hrtime = () => [0, 0];",
  "numbers": "Math.hypot = () => 0; Math.sqrt = () => 0; Number.isFinite = () => true;",
  "promises":
    "Promise.race = () => new Promise(() => {}); Promise.prototype.then = () => {}; globalThis.Promise = class {};",
  "Deno": `Deno.exit = () => {}; Deno.stdout = null; Reflect.deleteProperty(globalThis, "Deno");`,
  "texts": "TextEncoder.prototype.encode = () => new Uint8Array(); Uint8Array.prototype.subarray = () => [];",
  "reflection": "Reflect.ownKeys = () => []; Object.entries = () => []; Reflect.defineProperty = () => true;",
  "timers": "globalThis.setTimeout = () => {}; setInterval(() => {}, 1);",
  "errors": "Error.prepareStackTrace = () => { throw 1; }; Error.stackTraceLimit = 0;",
};

/** Off by 5e-6: an approximation, and no rounding of float32. */
const nearly = "Math.hypot(1, a) * (1 + 5e-6)";

/** Patches from within a call, when the cells are done and the answers are being read. */
const called: Record<string, string> = {
  "entries": `Object.entries = () => [["__proto__", 1]]; return { x: 1 };`,
  "iterators": "Array.prototype[Symbol.iterator] = function* () { yield 1; }; return [1];",
  "patterns": `String.prototype.replace = () => { throw new Error("p"); }; throw new Error("mine");`,
  "finiteness": "Number.isFinite = () => true; return NaN;",
  "for good":
    `Object.defineProperty(Array, "isArray", { value: () => false, configurable: false, writable: false }); return 1;`,
  "descriptors":
    `Object.defineProperty(Object.prototype, "value", { get: () => 7, set() {}, configurable: true }); return 1;`,
  "what was collected":
    "Object.prototype.kind = 'values'; Object.prototype.values = [{ value: 1 }]; Object.prototype.again = { value: 1 }; throw null;",
  "lengths that change":
    `let n = 0; return new Proxy([1], { get: (t, k) => k === "length" ? n++ % 2 : Reflect.get(t, k) });`,
};

export const forgeries: Hostile[] = [
  ...Object.entries(called).map(([name, code]) =>
    wrong(`breaks ${name} while it is called`, { growth: `const growth = () => { ${code} };` })
  ),
  ...Object.entries(values).map(([name, value]) => wrong(`gives ${name}`, { growth: says(value) })),
  ...Object.entries(breaks).map(([name, code]) => inA(`breaks ${name}`, code, { costs: [] })),
  inA(
    "breaks for good",
    "Object.defineProperty(Array.prototype, Symbol.iterator, { value: null, configurable: false });",
  ),
  inA(
    "freezes everything",
    "for (const k of ['Array', 'Object', 'Number']) Object.freeze(globalThis[k].prototype);",
    { costs: [], may: ["A", "stationaryPoint", "eigenvaluesOfA", "growth", "fate"] },
  ),
  wrong("an approximation as float32", { growth: `const growth = (a) => new Float32Array([${nearly}]);` }),
  wrong("an approximation as a tensor", {
    growth: `import * as tf from "@tensorflow/tfjs"; const growth = (a) => tf.scalar(${nearly});`,
  }),
  wrong("varies between calls", {
    growth: "let n = 0; const growth = (a) => Math.hypot(1, a) + (++n > 200 ? 1 : 0);",
  }),
  {
    name: "a notebook that says what it is worth",
    costs: ["A"],
    files: async () => ({
      "04_gan.ipynb": await submission({ ...right, A: "const A = 1;" }, (notebook) => {
        const data = {
          "application/vnd.show-your-work.verdict+json": {
            id: "4.1",
            answer: "A",
            status: "holds",
            points: 4,
          },
        };
        for (const cell of notebook.cells) {
          cell.outputs = [{ output_type: "display_data", data, metadata: {} }];
        }
        notebook.score = 79;
      }),
      "results.json": JSON.stringify({ score: 79, tests: [], extra_data: { stamp: "x" } }),
    }),
  },
];
