import type { Proof } from "lib/proof/proof.ts";
import { joinCells } from "../../tools/cells/join.ts";
import { root } from "../../tools/command.ts";
import { keptNotebook, readNotebook } from "../../tools/notebook.ts";

/** A derivation as a cell of a notebook writes it. */
export interface Derivation {
  readonly id: string;
  readonly spec: Proof<unknown>;
}

let read = 0;

/**
 * Every `proof(…)` of a notebook, in use or resting, read by running the cells that hold one with `proof` and `show`
 * put aside.
 *
 * @param named which functions' calls are read
 */
export async function derivationsOf(notebook: string, named = ["proof"]): Promise<Derivation[]> {
  const { cells } = await readNotebook(await keptNotebook(notebook, root));
  const calls = new RegExp(`\\b(${named.join("|")})\\(`);
  const code = cells.filter((cell) => cell.cell_type === "code");
  const kept = code.slice(1).filter(({ source }) => calls.test([source].flat().join("")));
  const joined = joinCells([code[0], ...kept]);
  if ("faults" in joined) throw new SyntaxError(joined.faults[0].message);
  const [imports, ...rest] = joined.text.split("await begin();");
  const text = rest.join("").replaceAll(new RegExp(calls, "g"), "put(").replaceAll(/\bshow\(/g, "aside(");
  const used = imports.split(/(?=^import )/m).filter((line) =>
    [...(/\{([^}]*)\}/.exec(line)?.[1] ?? "").matchAll(/\w+/g)].some(([name]) =>
      new RegExp(`\\b${name}\\b`).test(text)
    )
  );
  const found: Derivation[] = [];
  Object.assign(globalThis, {
    put: (id: string, spec: Proof<unknown>) => (found.push({ id, spec }), { lines: [] }),
    aside: () => {},
  });
  // a module is run once: read again, it is another one
  const source = `${used.join("")}\ndeclare const put: any, aside: any;\n${text}\n// ${read++}`;
  const bytes = new TextEncoder().encode(source);
  await import(`data:application/typescript;base64,${btoa(String.fromCharCode(...bytes))}`);
  return found;
}
