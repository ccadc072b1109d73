import assert from "node:assert/strict";
import { environmentOf } from "../tools/setup/environment.ts";
import { thisPlatform } from "../tools/setup/platform.ts";

/** The files other places open the course by: one pin of every version, and the kernel where each place looks. */

const read = (path: string) => Deno.readTextFileSync(new URL(`../${path}`, import.meta.url));
const version = /deno==(\d+\.\d+\.\d+)/.exec(read("tools/requirements.in"))![1];

Deno.test("law: every place pins the same Deno", () => {
  for (const path of ["README.md", ".ci/run"]) {
    for (const [, found] of read(path).matchAll(/deno@(\d+\.\d+\.\d+)/g)) assert.equal(found, version, path);
  }
  for (
    const path of [".devcontainer/devcontainer.json", ".binder/requirements.txt", "tools/requirements.txt"]
  ) {
    assert.match(read(path), new RegExp(`deno==${version.replaceAll(".", "\\.")}`), path);
  }
});

Deno.test("law: Binder installs exactly what the course does", () => {
  assert.equal(read(".binder/requirements.txt"), read("tools/requirements.txt"));
  if (Deno.build.os !== "windows") {
    assert.ok((Deno.statSync(new URL("../.binder/postBuild", import.meta.url)).mode! & 0o111) !== 0);
  }
});

Deno.test("law: Codespaces and VS Code recommend the same extensions", () => {
  const container = JSON.parse(read(".devcontainer/devcontainer.json"));
  const { recommendations } = JSON.parse(read(".vscode/extensions.json"));
  const wanted: string[] = container.customizations.vscode.extensions;
  for (const extension of recommendations) assert.ok(wanted.includes(extension), extension);
});

Deno.test("law: a shared kernel is written under the prefix, with the course's Deno or else the one that wrote it", async () => {
  const prefix = await Deno.makeTempDir({ prefix: "préfixe " });
  try {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("../tools/kernelspec.ts", import.meta.url).pathname, "--prefix", prefix],
    }).output();
    assert.ok(success, new TextDecoder().decode(stdout));
    const spec = JSON.parse(await Deno.readTextFile(`${prefix}/share/jupyter/kernels/deno/kernel.json`));
    const { deno } = environmentOf(thisPlatform()), there = await thisPlatform().exists(deno);
    assert.deepEqual(spec.argv, [
      there ? deno : Deno.execPath(),
      "jupyter",
      "--kernel",
      "--conn",
      "{connection_file}",
    ]);
    assert.equal(spec.interrupt_mode, "signal");
  } finally {
    await Deno.remove(prefix, { recursive: true });
  }
});
