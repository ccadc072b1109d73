import { isList } from "../math/describe.ts";
import { isScalar, type Tree } from "./tree.ts";

/** Plain data as rows of elements, held against the shape that the notation declares. */
export function readRows<T>(
  { name, shape }: Tree & { op: "symbol" },
  raw: unknown,
  embed: (x: unknown) => T,
): T[][] {
  const fault = (expected: string, got: string) =>
    new TypeError(`Cannot read ${name} in the scope: expected ${expected}, got ${got}`);
  const listOf = (value: unknown, expected: string): ArrayLike<unknown> => {
    if (isList(value)) return value;
    throw fault(expected, value === null ? "null" : typeof value);
  };
  if (isScalar(shape)) {
    const inner = Array.isArray(raw) && raw.length === 1 && !Array.isArray(raw[0]) ? raw[0] : raw;
    if (isList(inner)) throw fault("a number", "a list");
    return [[embed(inner)]];
  }
  const words = shape.cols === 1 ? `a list of ${shape.rows}` : `rows, ${shape.rows} × ${shape.cols}`;
  const list = Array.from(listOf(raw, words));
  if (list.length === 0) throw fault(words, "an empty list");
  if (shape.cols === 1) {
    return list.map((x) => [embed(Array.isArray(x) && x.length === 1 ? x[0] : x)]);
  }
  const rows = list.map((row) => Array.from(listOf(row, words), embed));
  if (rows.some((row) => row.length !== rows[0].length)) throw fault(words, "rows of different lengths");
  return rows;
}

/** Notes what a value says about the sizes n1, n2, …, and holds it against what earlier ones said. */
export function assign(
  tree: Tree & { op: "symbol" },
  rows: readonly (readonly unknown[])[],
  sizes: Map<string, number>,
) {
  const { name, shape } = tree;
  for (const [dim, size] of [[shape.rows, rows.length], [shape.cols, rows[0].length]] as const) {
    const wanted = typeof dim === "number" ? dim : sizes.get(dim);
    if (wanted !== undefined && wanted !== size) {
      throw new RangeError(
        `Cannot read ${name} in the scope: expected ${shape.rows} × ${shape.cols} with ${dim} = ${wanted}, got ${rows.length} × ${
          rows[0].length
        }`,
      );
    }
    if (typeof dim === "string" && !dim.includes("*")) sizes.set(dim, size);
  }
}

/** What bound variables run over: for each term its weight (none in a sum) and their values in order. */
export function binding(
  { binder, names }: Tree & { op: "bind" },
  scope: Readonly<Record<string, unknown>>,
): { weight?: unknown; values: unknown[] }[] {
  const table = Object.hasOwn(scope, binder) ? scope[binder] : undefined;
  const key = names.join(", ");
  const fault = (expected: string) =>
    new TypeError(`Cannot evaluate ${binder}(${key}, …): expected ${expected}, got none`);
  if (typeof table !== "object" || table === null) {
    throw fault(`what ${key} runs over, as ${binder} in the scope`);
  }
  const found = Object.entries(table).find(([name]) => sameNames(name, names))?.[1] as unknown;
  if (found === undefined && binder === "sum" && names.length > 1) {
    // each name over its own list
    return names.reduce<{ values: unknown[] }[]>((all, name) => {
      const own = Object.hasOwn(table, name) ? (table as Record<string, unknown>)[name] : undefined;
      if (!Array.isArray(own)) throw fault(`a list under “${key}” or “${name}”`);
      return all.flatMap(({ values }) => own.map((value: unknown) => ({ values: [...values, value] })));
    }, [{ values: [] }]);
  }
  if (!Array.isArray(found)) {
    const known = Object.keys(table).map((name) => `E(${name}, …)`).join(" or ");
    if (binder === "E" && known) {
      throw new TypeError(`Cannot take the mean over ${key}: expected ${known}, got E(${key}, …)`);
    }
    throw fault(`a list under “${key}” in ${binder} of the scope`);
  }
  return found.map((item: unknown) => {
    const record = typeof item === "object" && item !== null && !Array.isArray(item)
      ? item as Record<string, unknown>
      : undefined;
    if (binder === "sum" && names.length === 1 && !(record && Object.hasOwn(record, names[0]))) {
      return { values: [item] };
    }
    if (binder === "sum" && Array.isArray(item) && item.length === names.length) return { values: item };
    if (!record) throw fault(`objects { ${binder === "sum" ? "" : "weight, "}${key} }`);
    if (binder !== "sum" && !Object.hasOwn(record, "weight")) throw fault(`a weight beside ${key}`);
    const missing = names.find((name) => !Object.hasOwn(record, name));
    if (missing !== undefined) throw fault(`a value of ${missing} in every term`);
    return {
      ...binder === "sum" ? {} : { weight: record.weight },
      values: names.map((name) => record[name]),
    };
  });
}

const sameNames = (key: string, names: readonly string[]) => {
  const given = key.split(/[\s,]+/).filter((word) => word !== "");
  return given.length === names.length && names.every((name) => given.includes(name));
};
