/** A course of one's own, and a further question: made by a task, and whole from the first moment. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../../tools/command.ts";
import { newCourse, newQuestion } from "../../tools/new.ts";
import { deno } from "../tools/fixtures.ts";

Deno.test("law: a new course has green tests, an edition without solutions, and grades", async (t) => {
  const above = await Deno.makeTempDir({ prefix: "show-your-work-new-" }), folder = join(above, "a course");
  try {
    await newCourse(folder);
    await Deno.symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await t.step("a second question stands beside the first", async () => {
      const files = await newQuestion(folder, "dice_rolls");
      assert.ok(files.includes("notebooks/02_dice_rolls.ipynb"), files.join());
      await assert.rejects(newQuestion(folder, "dice_rolls"), /expected a name that is free, got dice_rolls/);
      await assert.rejects(newQuestion(folder, "Dice"), /expected a name of small letters.*got Dice/);
      await assert.rejects(newCourse(folder), /expected an empty folder/);
    });
    await t.step("format, lint, types, tests", async () => {
      await deno(folder, "fmt", "--check");
      await deno(folder, "lint");
      await deno(folder, "run", "-A", "tools/tidy.ts", "--check");
      assert.match(await deno(folder, "test", "-A", "tests"), /passed .*\b0 failed/);
    });
    await t.step(
      "students get the questions without their solutions, and what they send is graded",
      async () => {
        await deno(folder, "run", "-A", "tools/editions.ts", "--no-pictures");
        const student = join(folder, "build/student/notebooks"), handed = join(folder, "handed");
        assert.doesNotMatch(await Deno.readTextFile(`${student}/01_coins.ipynb`), /p \* \(1 - p\)/);
        for (const [who, from] of [["ann", join(folder, "notebooks")], ["bob", student]]) {
          await Deno.mkdir(join(handed, who), { recursive: true });
          for (const name of ["01_coins", "02_dice_rolls"]) {
            await Deno.copyFile(join(from, `${name}.ipynb`), join(handed, who, `${name}.ipynb`));
          }
        }
        await deno(folder, "run", "-A", "tools/grade.ts", "handed", "--out", "graded");
        const table = await Deno.readTextFile(join(folder, "graded/class.csv"));
        assert.match(table, /^ann,4,4,/m);
        assert.match(table, /^bob,0,4,/m);
      },
    );
  } finally {
    await Deno.remove(above, { recursive: true });
  }
});
