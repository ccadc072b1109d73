/**
 * A WebAssembly assembler: instructions are byte trees, functions are built from named locals, a module
 * imports one shared memory and exports its functions. Only what the kernels use is here.
 *
 * Layout of the binary format: WebAssembly Core Specification, chapter 5; relaxed SIMD opcodes 0x100 ….
 */
export type Code = number | readonly Code[];

export type ValueType = "i32" | "f32" | "f64" | "v128";

const typeByte: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** n ≥ 0 as LEB128. */
function unsigned(n: number): number[] {
  const bytes: number[] = [];
  do {
    const low = n % 128;
    n = Math.floor(n / 128);
    bytes.push(n > 0 ? low + 128 : low);
  } while (n > 0);
  return bytes;
}

/** n as signed LEB128 (32 bit). */
function signed(n: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = n & 127;
    n >>= 7;
    if (n === 0 && !(low & 64) || n === -1 && low & 64) return [...bytes, low];
    bytes.push(low | 128);
  }
}

const floatBytes = (x: number) => [...new Uint8Array(new Float32Array([x]).buffer)];

const op = (opcode: number) => (...operands: Code[]): Code => [operands, opcode];
const simd = (opcode: number) => (...operands: Code[]): Code => [operands, 0xfd, unsigned(opcode)];

/** A memory access: alignment is left at one byte, `offset` is added to the address. */
const access = (prefix: Code) => (offset: number, ...operands: Code[]): Code => [
  operands,
  prefix,
  0,
  unsigned(offset),
];
const simdAccess = (opcode: number) => access([0xfd, unsigned(opcode)]);
const laneAccess = (opcode: number) => (offset: number, lane: number, ...operands: Code[]): Code => [
  operands,
  0xfd,
  unsigned(opcode),
  0,
  unsigned(offset),
  lane,
];

export const i32 = {
  const: (n: number): Code => [0x41, signed(n | 0)],
  eqz: op(0x45),
  lt: op(0x48),
  gt: op(0x4a),
  add: op(0x6a),
  mul: op(0x6c),
  and: op(0x71),
  shl: op(0x74),
};

export const f32 = {
  load: access(0x2a),
  store: access(0x38),
  max: op(0x97),
};

export const f64 = {
  add: op(0xa0),
  div: op(0xa3),
  demote: op(0xb6),
};

const shuffle = (...lanes: number[]) => (a: Code, b: Code): Code => [a, b, 0xfd, 0x0d, lanes];
const words = (...w: number[]) => shuffle(...w.flatMap((i) => [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3]));

export const v128 = {
  load: simdAccess(0x00),
  splat32: simdAccess(0x09),
  store: simdAccess(0x0b),
  storeLane32: laneAccess(0x5a),
  const: (
    x: number,
  ): Code => [0xfd, 0x0c, [...floatBytes(x), ...floatBytes(x), ...floatBytes(x), ...floatBytes(x)]],
  words: (w: readonly number[]): Code => [0xfd, 0x0c, [...new Uint8Array(Int32Array.from(w).buffer)]],
  and: simd(0x4e),
  andnot: simd(0x4f),
  or: simd(0x50),
  /** Bits of a where the mask is set, of b elsewhere. */
  select: (a: Code, b: Code, mask: Code): Code => simd(0x52)(a, b, mask),
  /** Lanes 0 … 3 of a, 4 … 7 of b. */
  lowPairs: words(0, 4, 1, 5),
  highPairs: words(2, 6, 3, 7),
  lowHalves: words(0, 1, 4, 5),
  highHalves: words(2, 3, 6, 7),
};

export const f32x4 = {
  splat: simd(0x13),
  lane: (i: number) => (x: Code): Code => [x, 0xfd, 0x1f, i],
  eq: simd(0x41),
  ne: simd(0x42),
  lt: simd(0x43),
  gt: simd(0x44),
  nearest: simd(0x6a),
  abs: simd(0xe0),
  neg: simd(0xe1),
  sqrt: simd(0xe3),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  min: simd(0xe8),
  max: simd(0xe9),
  /** b < a ? b : a, and a < b ? b : a: one instruction, where min and max must look at NaN and −0. */
  pmin: simd(0xea),
  pmax: simd(0xeb),
  /** a b + c, rounded once where the machine can. */
  madd: simd(0x105),
  convert: simd(0xfa),
  /** The two float64 of x, rounded; zeros behind them. */
  demote: simd(0x5e),
};

export const i32x4 = {
  splat: simd(0x11),
  gt: simd(0x3b),
  shl: (x: Code, n: number): Code => [x, i32.const(n), 0xfd, unsigned(0xab)],
  shr: (x: Code, n: number): Code => [x, i32.const(n), 0xfd, unsigned(0xac)],
  add: simd(0xae),
  sub: simd(0xb1),
  max: simd(0xb8),
  /** Toward 0 where x is in range, anything elsewhere: one instruction. */
  truncateInRange: simd(0x101),
};

export const f64x2 = {
  splat: simd(0x14),
  lane: (i: number) => (x: Code): Code => [x, 0xfd, 0x21, i],
  add: simd(0xf0),
  div: simd(0xf3),
  promoteLow: simd(0x5f),
};

/** A local variable or parameter. */
export interface Local {
  readonly value: Code;
  set(x: Code): Code;
}

export interface FunctionBody {
  local(type: ValueType): Local;
  locals(count: number, type: ValueType): Local[];
  /** A local that is set once, before the first statement: constants, hoisted out of loops. */
  constant(key: string, type: ValueType, x: Code): Code;
}

interface BuiltFunction {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly code: Code;
}

/**
 * One function: `body` receives its parameters as locals and returns its statements.
 *
 * @param params parameter names, in order, with their types where these are not i32
 */
export function defineFunction<P extends string>(
  name: string,
  params: readonly (P | readonly [P, ValueType])[],
  body: (p: Record<P, Local>, f: FunctionBody) => Code,
): BuiltFunction {
  const typed = params.map((p) => typeof p === "string" ? [p, "i32"] as const : p);
  const locals: ValueType[] = [];
  const prologue: Code[] = [];
  const constants = new Map<string, Code>();
  const at = (index: number): Local => ({
    value: [0x20, unsigned(index)],
    set: (x) => [x, 0x21, unsigned(index)],
  });
  const local = (type: ValueType) => at(params.length + locals.push(type) - 1);
  const named = Object.fromEntries(typed.map(([key], i) => [key, at(i)])) as Record<P, Local>;
  const code = body(named, {
    local,
    locals: (count, type) => Array.from({ length: count }, () => local(type)),
    constant(key, type, x) {
      const known = constants.get(key);
      if (known !== undefined) return known;
      const kept = local(type);
      prologue.push(kept.set(x));
      constants.set(key, kept.value);
      return kept.value;
    },
  });
  return { name, params: typed.map(([, type]) => type), locals, code: [prologue, code] };
}

/** while (condition) { body } */
export const loopWhile = (condition: Code, ...body: Code[]): Code => [
  [0x02, 0x40, 0x03, 0x40],
  [i32.eqz(condition), 0x0d, 1],
  body,
  [0x0c, 0, 0x0b, 0x0b],
];

/** if (condition) { body } */
export const when = (condition: Code, ...body: Code[]): Code => [condition, 0x04, 0x40, body, 0x0b];

/** target += step */
export const advance = (target: Local, step: Code): Code => target.set(i32.add(target.value, step));

/** while (n ≥ step) { body; n −= step } */
export const whileAtLeast = (step: number, n: Local, ...body: Code[]): Code =>
  loopWhile(i32.gt(n.value, i32.const(step - 1)), body, advance(n, i32.const(-step)));

/** Appends the bytes of a tree. An index, not an iterator: modules are assembled before anything is warm. */
function flatten(code: Code, into: number[]): number[] {
  if (typeof code === "number") into.push(code);
  else for (let i = 0; i < code.length; i++) flatten(code[i], into);
  return into;
}

const section = (id: number, content: Code): Code => {
  const bytes = flatten(content, []);
  return [id, unsigned(bytes.length), bytes];
};
const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];
const text = (s: string): Code => [unsigned(s.length), [...new TextEncoder().encode(s)]];

/**
 * The bytes of a module that imports a shared `env.memory` and exports every function by its name.
 *
 * @param pages the memory's declared minimum and maximum, in pages of 64 KiB: accesses at constant
 * addresses below the minimum need no bounds check
 */
export function assemble(
  functions: readonly BuiltFunction[],
  pages: { minimum: number; maximum: number },
): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [
    0x60,
    vector(f.params.map((t) => typeByte[t])),
    vector([]),
  ]);
  const bodies = functions.map((f) => {
    const body = flatten([vector(f.locals.map((t) => [1, typeByte[t]])), f.code, 0x0b], []);
    return [unsigned(body.length), body];
  });
  const limits = [3, unsigned(pages.minimum), unsigned(pages.maximum)];
  return new Uint8Array(flatten([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector(types)),
    section(2, vector([[text("env"), text("memory"), 2, limits]])),
    section(3, vector(functions.map((_, i) => unsigned(i)))),
    section(7, vector(functions.map((f, i) => [text(f.name), 0, unsigned(i)]))),
    section(10, vector(bodies)),
  ], []));
}

/** A string of two-byte characters: its test for well-formedness is a vectorised routine of V8's own. */
const twoBytes = "\u20ac\u20ac";

/**
 * Frees the upper halves of the processor's vector registers; to be called when JavaScript goes on after a kernel.
 *
 * Where V8 joins operations into 256-bit ones (`--experimental-wasm-revectorize`) it leaves these halves in use, and
 * every SSE instruction of V8's own library then waits for them: after one product Math.exp took 15 times as long,
 * until something cleared them. A routine compiled for wide registers clears them where it ends, and this is the
 * cheapest one that JavaScript can call (14 ns).
 */
export function freeWideRegisters(): void {
  if (!twoBytes.isWellFormed()) throw new Error("Cannot free the registers: expected a well-formed string");
}

/**
 * Whether V8 was told to join two 128-bit operations into one of 256 bits. No program is told V8's flags, but their
 * variable may be read where that is permitted without asking. A page has no flags.
 */
export function joinsOperations(): boolean {
  if (typeof Deno === "undefined") return false;
  const variable = "DENO_V8_FLAGS";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" && (Deno.env.get(variable) ?? "").includes("wasm-revectorize");
}
