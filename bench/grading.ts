/**
 * `deno run -A bench/grading.ts [N]`: seconds per submission of all five notebooks for a class of N (100), each
 * notebook in a process of its own.
 */
import { join } from "node:path";
import { availableParallelism, cpus } from "node:os";
import { gradeFolder } from "../tools/grade/batch.ts";
import { courseLimits } from "../tools/grade/limits.ts";
import { makeSandbox } from "../tools/grade/sandbox.ts";
import { classroom } from "../tests/grading/classroom.ts";
import { root, seed } from "../tests/grading/course.ts";

const size = Number(Deno.args[0] ?? 100);
const folder = await Deno.makeTempDir({ prefix: "show-your-work-bench-" });
try {
  for (const [name, { files }] of await classroom(seed, size)) {
    await Deno.mkdir(join(folder, "in", name), { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, "in", name, file), text);
    }
  }
  const jobs = availableParallelism();
  let mark = performance.now();
  const lap = () => {
    const seconds = (performance.now() - mark) / 1000;
    mark = performance.now();
    return seconds;
  };
  const limits = { ...courseLimits, seconds: 5 };
  const grader = { sandbox: await makeSandbox(root, join(folder, "sandbox")), seed, limits };
  const setup = lap();
  await gradeFolder(grader, join(folder, "in"), join(folder, "out"), { jobs });
  const all = lap();
  await gradeFolder(grader, join(folder, "in"), join(folder, "out"), { jobs });
  const again = lap();
  console.log(`machine            ${cpus()[0].model}, ${jobs} cores, Deno ${Deno.version.deno}`);
  console.log(`sandbox laid out   ${setup.toFixed(1)} s`);
  console.log(
    `${size} submissions    ${all.toFixed(1)} s, ${(all / size).toFixed(2)} s each, a tenth of them hostile`,
  );
  console.log(`graded once more   ${again.toFixed(1)} s (nothing has changed)`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
