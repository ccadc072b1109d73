import assert from "node:assert/strict";
import { root } from "../../tools/command.ts";
import { startKernel } from "../../tools/kernel/mod.ts";
import { readNotebook, writeNotebook } from "../../tools/notebook.ts";
import { copy } from "./copy.ts";
import { inFolder, notebookOf, writeFixture } from "../tools/fixtures.ts";

/** What goes wrong on real machines, made on purpose: what the reader sees, and what the doctor calls it. */

const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;

type Answer = { code: number; stdout: string; stderr: string };

async function run(
  command: string,
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<Answer> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    ...options,
  })
    .output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** A part of the course in another folder: enough for exact arithmetic in a kernel. */
async function smallCourse(folder: string, { packages = true } = {}) {
  for (
    const name of [
      "deno.json",
      "deno.lock",
      "lib/course",
      "lib/math",
      "lib/proof",
      "lib/show",
      "tools",
      "data/course.json",
    ]
  ) {
    await copy(`${root}/${name}`, `${folder}/${name}`);
  }
  await Deno.mkdir(`${folder}/notebooks`);
  if (packages) await Deno.symlink(`${root}/node_modules`, `${folder}/node_modules`);
}

const arithmetic = `import { rational } from "lib/math/exact.ts";\nrational(1, 3).toFraction()`;

async function firstError(cwd: string, code: string): Promise<string> {
  const kernel = await startKernel({ cwd });
  try {
    const { status, outputs } = await kernel.execute(code, { timeout: 20_000 });
    assert.equal(status, "error");
    return outputs.map((output) => output.output_type === "error" ? output.evalue : "").join("");
  } finally {
    await kernel.close();
  }
}

Deno.test("edge: a notebook moved out of the course says what it can't import, and the doctor says why", async () => {
  await inFolder(async (folder) => {
    assert.match(await firstError(folder, arithmetic), /^Import "lib\/math\/exact\.ts" not a dependency/);
    const path = `${folder}/moved.ipynb`;
    await writeFixture(path, { id: "a", source: arithmetic });
    const doctor = await run(Deno.execPath(), ["run", "-A", `${root}/tools/doctor.ts`, path]);
    assert.equal(doctor.code, 1);
    assert.match(
      doctor.stdout,
      /Notebook moved\.ipynb: it lies outside the course.*\n.*mend with: move it into/,
    );
  });
});

Deno.test("edge: a half-filled cache names the package that is missing", async () => {
  await inFolder(async (folder) => {
    await smallCourse(folder, { packages: false });
    await Deno.mkdir(`${folder}/node_modules/.deno`, { recursive: true });
    for (const { name } of Deno.readDirSync(`${root}/node_modules/.deno`)) {
      if (name.startsWith("mathjs@")) continue;
      await Deno.symlink(`${root}/node_modules/.deno/${name}`, `${folder}/node_modules/.deno/${name}`);
    }
    assert.match(await firstError(`${folder}/notebooks`, arithmetic), /mathjs/);
    const doctor = await run(Deno.execPath(), ["run", "-A", `${folder}/tools/doctor.ts`], { cwd: folder });
    assert.match(
      doctor.stdout,
      /Packages for offline use: 1 of \d+ missing: mathjs@.*\n.*deno install --frozen/,
    );
  });
});

Deno.test({
  name: "edge: a folder that only its owner can write to: the set-up says so, a finished course runs",
  ignore: !isRoot,
  fn: () =>
    inFolder(async (folder) => {
      const course = `${folder}/course`, home = `${folder}/home`;
      await Deno.chmod(folder, 0o755);
      await Deno.mkdir(course);
      await Deno.mkdir(home);
      await smallCourse(course, { packages: false });
      // another user: nobody
      const uid = 65534;
      await Deno.chown(home, uid, uid);
      const deno = `${home}/deno`;
      await Deno.copyFile(Deno.execPath(), deno);
      await Deno.chmod(deno, 0o755);
      const as = {
        uid,
        gid: uid,
        cwd: `${course}/notebooks`,
        clearEnv: true,
        env: { HOME: home, PATH: "/usr/bin:/bin" },
      };
      const setUp = await run(deno, ["run", "-A", `${course}/tools/setup.ts`, "--packages"], as);
      assert.equal(setUp.code, 1);
      assert.match(
        setUp.stderr,
        /^Cannot set up the course: expected a folder that can be written to, got .*Permission denied/m,
      );
      await Deno.symlink(`${root}/node_modules`, `${course}/node_modules`);
      await writeFixture(`${course}/notebooks/a.ipynb`, { id: "a", source: arithmetic });
      const ran = await run(deno, ["run", "-A", `${course}/tools/run.ts`], as);
      assert.match(ran.stdout, /^a\.ipynb: 1 code cell, no verdict, no problem/m, ran.stderr);
      const doctor = await run(deno, ["run", "-A", `${course}/tools/doctor.ts`], as);
      assert.match(
        doctor.stdout,
        /MISSING {3}Folder: .*can't be written to.*\n.*copy the folder to a place of your own/,
      );
    }),
});

Deno.test({
  name: "edge: a full disk: the set-up says so, and no notebook is lost",
  ignore: !isRoot,
  fn: () =>
    inFolder(async (folder) => {
      const disk = `${folder}/disk`;
      await Deno.mkdir(disk);
      const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]).catch(() => null);
      if (mounted?.code !== 0) return console.log("Skipped: no disk can be mounted here");
      try {
        await smallCourse(disk, { packages: false });
        const path = `${disk}/notebooks/a.ipynb`;
        await writeFixture(path, { id: "a", source: "1" });
        const before = await readNotebook(path);
        const large = notebookOf({ id: "a", source: `"${"x".repeat(3e6)}"` });
        await assert.rejects(
          writeNotebook(path, large),
          /^Error: Cannot write .*a\.ipynb: expected room on the disk, got a full one \(the file is as it was\)$/,
        );
        assert.deepEqual(await readNotebook(path), before);
        assert.deepEqual([...Deno.readDirSync(`${disk}/notebooks`)].map(({ name }) => name), ["a.ipynb"]);
        const setUp = await run(Deno.execPath(), ["run", "-A", `${disk}/tools/setup.ts`, "--packages"], {
          cwd: disk,
        });
        assert.match(
          setUp.stderr,
          /Cannot install the packages of deno\.json: expected about 1 GB of free disk, got a full/,
        );
        const doctor = await run(Deno.execPath(), ["run", "-A", `${disk}/tools/doctor.ts`], { cwd: disk });
        assert.match(doctor.stdout, /MISSING {3}Disk: 0\.00 GB free, expected 1 GB/);
      } finally {
        await run("umount", [disk]);
      }
    }),
});

const another = {
  "without the hook that paces outputs": "delete Deno[Deno.internal].jupyter.broadcastResult; 0",
  "that may mean something else by it":
    "Object.defineProperty(Deno, 'version', { value: { ...Deno.version, deno: '2.10.0' } }); 0",
};
for (const [which, made] of Object.entries(another)) {
  Deno.test(`edge: a kernel of another Deno, ${which}, is named by the first cell`, async () => {
    const kernel = await startKernel({ cwd: `${root}/notebooks` });
    const first = `import { begin } from "lib/show/mod.ts";\nawait begin();`;
    try {
      const words = async (code: string) =>
        (await kernel.execute(code)).outputs.flatMap((o) => "data" in o ? [String(o.data["text/plain"])] : [])
          .join();
      await kernel.execute(made);
      assert.match(
        await words(first),
        /This kernel is Deno \d+\.\d+\.\d+, not the course's own: outputs may get lost/,
      );
    } finally {
      await kernel.close();
    }
  });
}
