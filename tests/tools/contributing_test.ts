import assert from "node:assert/strict";
import type { LedgerEntry } from "lib/proof/claim.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

Deno.test("law: the worked example of CONTRIBUTING.md is a claim that holds and rejects its variant", async () => {
  const page = read("CONTRIBUTING.md"), from = page.indexOf("## Add a claim");
  const [, block] = /```ts\n([\s\S]*?)```/.exec(page.slice(from))!;
  const module = read("lib/gan/claims.ts").replace(/from "\.\//g, 'from "lib/gan/').replace(
    /from "\.\.\//g,
    'from "lib/',
  )
    .replace("export const claims = ledger(", `export const claims = ledger(\n${block}`);
  const folder = new URL("build/contributing/", root);
  await Deno.mkdir(folder, { recursive: true });
  const file = new URL(`claims_${crypto.randomUUID()}.ts`, folder);
  try {
    await Deno.writeTextFile(file, module);
    const { claims } = await import(file.href) as { claims: { entries: LedgerEntry[] } };
    const { status, mutants, because, evidence } = claims.entries[0].judge();
    assert.deepEqual([status, evidence], ["holds", "exact"], because ?? "");
    assert.ok(mutants.length > 0 && mutants.every(({ rejected }) => rejected));
  } finally {
    await Deno.remove(file);
  }
});
