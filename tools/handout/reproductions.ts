/** The page of all reproductions: what papers report, beside what `deno task reproduce` computed. */
import {
  assertReproduced,
  comparisonColumns,
  comparisonRow,
  type Reproduced,
} from "lib/course/reproduction.ts";
import { escapeHtml, richText } from "lib/show/tex.ts";
import { root } from "../command.ts";
import { table } from "./site.ts";

/** The records in data/reproductions, by name. */
export async function records(): Promise<Reproduced[]> {
  const folder = `${root}/data/reproductions`, found: Reproduced[] = [];
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  for (const name of names.filter((name) => name.endsWith(".json")).sort()) {
    const record: unknown = JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
    assertReproduced(record, name.slice(0, -".json".length));
    found.push(record);
  }
  return found;
}

/** "58 of 63 published statements agree, in 11 reproductions"; nothing where there are none. */
export function agreement(all: readonly Reproduced[]): string {
  if (all.length === 0) return "";
  const compared = all.flatMap(({ comparisons }) => comparisons);
  return `${
    compared.filter(({ agrees }) => agrees).length
  } of ${compared.length} published statements agree, ` +
    `in ${all.length} reproductions`;
}

const duration = (seconds: number) =>
  seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/** Every reproduction: the paper, what was run, and each statement beside ours. */
export function reproductionsMain(all: readonly Reproduced[]): string {
  const parts = all.map(({ name, title, paper, link, what, comparisons, seconds, seeds, date, machine }) => {
    const rows = comparisons.map((comparison) => {
      const [statement, where, published, ours, difference, agreed] = comparisonRow(comparison);
      const mark = comparison.agrees ? `<span class="holds">✓</span> ` : `<span class="differs">✗</span> `;
      return [
        ...[statement, where, published].map(richText),
        richText(difference === "" ? ours : `${ours}; ${difference}`),
        mark + richText(agreed),
      ];
    });
    const facts = [
      seeds.length > 0 ? `seeds ${seeds.join(", ")}` : "no chance in it",
      `${duration(seconds)} on ${machine.cores} cores (${machine.processor}, load ${machine.load})`,
      date.slice(0, 10),
      `deno task reproduce ${name}`,
    ].join(" · ");
    return `<h2 id="${escapeHtml(name)}">${escapeHtml(title)}</h2>
<p><a href="${escapeHtml(link)}">${escapeHtml(paper)}</a></p>
<p>${richText(what)}</p>
${table(comparisonColumns, rows, "reproduced")}
<p class="facts">${escapeHtml(facts)}</p>`;
  });
  return `<div class="text"><h1>Reproductions</h1>
<p><em>What the papers behind the five questions report, and the same computed on a laptop.</em></p>
<p>${
    agreement(all) || "None has been run yet"
  }. Ours are means over the seeds, ± half of their spread; of an ordering, the margin by which it holds. What does not agree is shown with the reason found. A time was taken on a machine that did other work too, where its load says so.</p>
${parts.join("\n")}</div>`;
}
