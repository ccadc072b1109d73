import assert from "node:assert/strict";
import { environmentOf } from "../../tools/setup/environment.ts";
import { thisPlatform } from "../../tools/setup/platform.ts";

/** The files other places open the course by: one pin of every version, and the kernel where each place looks. */

const read = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
const version = /deno==(\d+\.\d+\.\d+)/.exec(read("tools/requirements.in"))![1];

Deno.test("law: every place pins the same Deno", () => {
  for (const path of ["README.md", ".ci/run"]) {
    for (const [, found] of read(path).matchAll(/deno@(\d+\.\d+\.\d+)/g)) assert.equal(found, version, path);
  }
  assert.equal(/MADE_FOR = "(.+)"/.exec(read("lib/show/kernel.ts"))![1], version);
  for (
    const path of [".devcontainer/devcontainer.json", ".binder/requirements.txt", "tools/requirements.txt"]
  ) {
    assert.match(read(path), new RegExp(`deno==${version.replaceAll(".", "\\.")}`), path);
  }
});

Deno.test("law: Binder installs exactly what the course does", () => {
  assert.equal(read(".binder/requirements.txt"), read("tools/requirements.txt"));
  if (Deno.build.os !== "windows") {
    assert.ok((Deno.statSync(new URL("../../.binder/postBuild", import.meta.url)).mode! & 0o111) !== 0);
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
      args: ["run", "-A", new URL("../../tools/kernelspec.ts", import.meta.url).pathname, "--prefix", prefix],
    }).output();
    assert.ok(success, new TextDecoder().decode(stdout));
    const server = `${prefix}/etc/jupyter/jupyter_server_config.d/deno-lsp.json`;
    const { language_servers } = JSON.parse(await Deno.readTextFile(server)).LanguageServerManager;
    const [program] = language_servers.deno.argv.slice(-1);
    assert.ok(program.endsWith("tools/lab/language_server.ts") && Deno.statSync(program).isFile);
    const overrides = await Deno.readTextFile(`${prefix}/share/jupyter/lab/settings/overrides.json`);
    assert.match(overrides, /lsp-extension:plugin/);
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

Deno.test("law: every task that a reader is told to give is one", () => {
  const { tasks } = JSON.parse(read("deno.json")) as { tasks: Record<string, string> };
  const told = [
    "README.md",
    "CONTRIBUTING.md",
    ".devcontainer/devcontainer.json",
    ".binder/postBuild",
    ".ci/run",
  ]
    .flatMap((path) => [...read(path).matchAll(/\btask ([a-z][\w:]*)/g)].map(([, name]) => [path, name]));
  assert.ok(told.length > 20);
  // the X of a sentence about any task is none
  assert.deepEqual(told.filter(([, name]) => !(name in tasks)), []);
  for (const [name, command] of Object.entries(tasks)) {
    for (const [file] of command.matchAll(/\b(?:tools|bench)\/\w+\.ts/g)) {
      assert.ok(Deno.statSync(new URL(`../../${file}`, import.meta.url)).isFile, `${name}: ${file}`);
    }
  }
});

Deno.test("law: the container's description has only keys that its specification knows, of the right kind", () => {
  const known: Record<string, string> = {
    name: "string",
    image: "string",
    postCreateCommand: "string",
    customizations: "object",
    forwardPorts: "object",
    hostRequirements: "object",
  };
  const container = JSON.parse(read(".devcontainer/devcontainer.json")) as Record<string, unknown>;
  for (const [key, value] of Object.entries(container)) assert.equal(typeof value, known[key], key);
  assert.deepEqual(Object.keys(container.customizations as object), ["vscode"]);
  // Python with ensurepip, as the set-up asks for
  assert.match(String(container.image), /python:3\.1\d/);
});

Deno.test("law: VS Code starts kernels in the workspace: no notebook imports by a path", () => {
  const folder = new URL("../../notebooks/", import.meta.url);
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".ipynb")) continue;
    const { cells } = JSON.parse(read(`notebooks/${name}`)) as {
      cells: { cell_type: string; source: string[] }[];
    };
    for (const { source } of cells.filter(({ cell_type }) => cell_type === "code")) {
      const code = [source].flat().join("");
      for (const [, from] of code.matchAll(/\bfrom\s+"([^"]+)"/g)) {
        assert.match(from, /^(lib\/|npm:|node:)/, name);
      }
      assert.doesNotMatch(code, /Deno\.cwd|readTextFile\("\.|import\("\./, name);
    }
  }
});
