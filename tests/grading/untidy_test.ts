/** Nobody is lost: no right answer has 0 points without its reason, whatever became of it on the way. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { gradeFolder } from "../../tools/grade/batch.ts";
import { namedFor } from "../../tools/grade/entries.ts";
import { exampleTest, grader } from "./course.ts";
import { all, untidy } from "./untidy/mod.ts";

exampleTest("law: ninety untidy entries have their points, or say why not", async () => {
  const folder = await Deno.makeTempDir({ prefix: "show-your-work-untidy-" });
  try {
    for (const [entry, { files }] of Object.entries(untidy)) {
      for (const [name, content] of Object.entries(await files())) {
        const path = join(folder, "in", entry, name);
        await Deno.mkdir(join(path, ".."), { recursive: true });
        await Deno.writeFile(
          path.replace(/\/$/, ""),
          typeof content === "string" ? new TextEncoder().encode(content) : content,
        );
      }
    }
    const out = Deno.env.get("SYW_CLASS") ?? join(folder, "out");
    const results = await gradeFolder(await grader(), join(folder, "in"), out, { jobs: 2 });
    const table = await Deno.readTextFile(join(out, "class.csv"));
    const found = new Map(results.map((one) => [one.extra_data.entry.replace(/ \(\d\)$/, ""), one]));
    const failed: string[] = [];
    for (const [entry, { points = all, says }] of Object.entries(untidy)) {
      const plain = entry.replace(/\.(ipynb|zip)$/i, "").replaceAll("/", " ");
      const one = found.get(plain) ?? found.get(entry) ?? found.get(namedFor(entry) ?? "");
      if (!one) {
        failed.push(`${entry}: lost`);
        continue;
      }
      const said = `${one.extra_data.remarks.join(" ")} ${
        one.tests.filter((t) => points !== all || t.number.startsWith("4.")).map((t) =>
          `${t.name}: ${t.output}`
        ).join("\n")
      }`;
      if (one.score !== points) failed.push(`${entry}: ${one.score} of ${points}: ${said}`);
      else if (says && !says.test(said)) failed.push(`${entry}: does not say ${says}: ${said}`);
      for (const { score, output } of one.tests) if (score === 0) assert.ok(output.length > 10);
    }
    assert.deepEqual(failed, []);
    const intake = await Deno.readTextFile(join(out, "intake.csv"));
    for (const { extra_data: { entry } } of results) {
      assert.ok(intake.includes(entry.replaceAll('"', '""')), entry);
    }
    assert.equal(table.trim().split("\n").length, results.length + 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
