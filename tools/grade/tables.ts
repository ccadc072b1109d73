/** The tables of a class: points, files, what a person reads. */
import { csv } from "./csv.ts";
import { isProse, type Results, type ResultTest } from "./results.ts";
import type { Intake } from "./take.ts";

/** A table for the class: a row a submission, a column an answer. */
export function classTable(all: readonly Results[]): string {
  const tests = all.find(({ tests }) => tests.length > 0)?.tests ?? [];
  const head = ["submission", "total", "of", ...tests.map(({ name }) => name), "handed in", "remarks"];
  const rows = all.map(({ score, tests, extra_data: { entry, remarks, time = "", late } }) => [
    entry,
    score,
    tests.reduce((sum, t) => sum + t.max_score, 0),
    ...tests.map((t) => t.score),
    time,
    [
      ...late ? [late.says] : [],
      ...remarks,
      ...lostPoints(tests).map(({ why, names }) => `${names.join(", ")}: ${why}`),
    ].join(" · "),
  ]);
  return csv([head, ...rows]);
}

/**
 * Why answers have no point: each reason with the answers it holds for, a whole question by its number. Prose that
 * waits has lost nothing.
 */
export function lostPoints(tests: readonly ResultTest[]): { why: string; names: string[] }[] {
  const lost = tests.filter((test) =>
    test.score === 0 && test.max_score > 0 &&
    !(isProse(test) && test.extra_data.prose && !("machine" in test.extra_data))
  );
  const grouped = Map.groupBy(lost, whyOf);
  const worth = tests.filter(({ max_score }) => max_score > 0);
  const questionOf = ({ number }: ResultTest) => number.split(".")[0];
  return [...grouped].map(([why, list]) => {
    const names = [...Map.groupBy(list, questionOf)].flatMap(([question, own]) =>
      own.length > 1 && own.length === worth.filter((test) => questionOf(test) === question).length
        ? [`question ${question}`]
        : own.map(({ name }) => name)
    );
    return { why, names };
  });
}

/** Why one answer has no point, short enough to stand beside others. */
function whyOf({ output, extra_data }: ResultTest): string {
  const { status, prose, remark } = extra_data as { status?: string; prose?: string; remark?: string };
  if (remark?.startsWith("There is no cell")) return "its cell is not there";
  const open = status === "not answered" || prose === "" && !("machine" in extra_data);
  return open ? `nothing is written${remark ? `. ${remark}` : ""}` : output.split("\n")[0].slice(0, 160);
}

/** Every file that was handed in, and what was made of it; what was odd about an entry as a whole has no file. */
export function intakeTable(all: readonly Results[], strays: readonly Intake[]): string {
  const rows = all.flatMap(({ extra_data: { entry, intake, remarks } }) => [
    ...intake.map(({ file, made }) => [entry, file, made]),
    ...remarks.map((remark) => [entry, "", remark]),
  ]);
  for (const { file, made } of strays) rows.push(["", file, made]);
  return csv([["submission", "file", "what was made of it"], ...rows]);
}

/** What a person reads: prose, and lines of proofs with reasons in free words; one row each. */
export function proseTable(all: readonly Results[]): string {
  const rows = all.flatMap(({ tests, extra_data: { entry } }) =>
    tests.flatMap((test): (string | number)[][] => {
      const { prose, reading, machine } = test.extra_data as {
        prose?: string;
        reading?: string[];
        machine?: unknown;
      };
      const text = prose ?? reading?.join("\n");
      if (text === undefined) return [];
      const given = machine || reading ? test.score : "";
      return [[
        entry,
        test.name,
        test.max_score,
        given,
        machine ? "read" : text === "" ? "empty" : "waits",
        text,
      ]];
    })
  );
  return csv([["submission", "answer", "of", "points", "state", "text"], ...rows]);
}
