/** Globals that an answer may have changed, and their prototypes. */
const names = [
  ...[
    "Object",
    "Function",
    "Array",
    "Number",
    "String",
    "Boolean",
    "Symbol",
    "BigInt",
    "Math",
    "JSON",
    "Reflect",
  ],
  ...["Map", "Set", "WeakMap", "WeakSet", "Promise", "RegExp", "Date", "Error", "TypeError", "RangeError"],
  ...["ReferenceError", "Proxy", "performance", "Iterator", "ArrayBuffer", "DataView", "SharedArrayBuffer"],
  ...[
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
  ],
  ...["Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "TextEncoder", "TextDecoder"],
];

/**
 * Remembers the language's own objects as they are.
 *
 * @returns puts back what was changed and removes what was added, as far as the language lets it: a patch made by one
 *   cell then does not decide how another one's answer is read; false when something stays as it should not be
 */
export function keepIntrinsics(): () => boolean {
  const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty } = Reflect;
  const { is } = Object;
  const holders = names.flatMap((name) => {
    const value = Reflect.get(globalThis, name);
    return [value, value?.prototype].filter((x) => x !== undefined && x !== null) as object[];
  });
  const arrays: object = Object.getPrototypeOf([][Symbol.iterator]());
  const typed: object = Object.getPrototypeOf(Float64Array.prototype);
  const kept = [...new Set([...holders, arrays, typed])].map((holder) => {
    const properties = ownKeys(holder).map((key) => ({
      key,
      descriptor: getOwnPropertyDescriptor(holder, key)!,
    }));
    const known: Record<PropertyKey, true> = Object.create(null);
    for (const { key } of properties) known[key] = true;
    return { holder, properties, known };
  });
  const globals = names.map((name) => ({ name, descriptor: getOwnPropertyDescriptor(globalThis, name)! }));
  const changed = (holder: object, key: PropertyKey, was: PropertyDescriptor) => {
    const now = getOwnPropertyDescriptor(holder, key);
    return now === undefined || !is(now.value, was.value) || now.get !== was.get || now.set !== was.set;
  };
  return () => {
    let whole = true;
    for (let i = 0; i < globals.length; i++) {
      const { name, descriptor } = globals[i];
      if (descriptor && changed(globalThis, name, descriptor)) {
        whole = defineProperty(globalThis, name, descriptor) && whole;
      }
    }
    for (let i = 0; i < kept.length; i++) {
      const { holder, properties, known } = kept[i];
      for (let j = 0; j < properties.length; j++) {
        const { key, descriptor } = properties[j];
        if (changed(holder, key, descriptor)) whole = defineProperty(holder, key, descriptor) && whole;
      }
      const now = ownKeys(holder);
      for (let j = 0; j < now.length; j++) {
        if (!known[now[j]]) whole = deleteProperty(holder, now[j]) && whole;
      }
    }
    return whole;
  };
}
