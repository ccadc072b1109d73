/** The first page of a site for students: what there is to do, by when, and where. */
import course from "../../data/course.json" with { type: "json" };
import { dates } from "lib/course/year.ts";
import { escapeHtml, richText } from "lib/show/tex.ts";
import { dateWords } from "../editions/start.ts";
import type { Notebook } from "../notebook.ts";

/** One page of the site: `04_gan.student.html`. */
export interface Front {
  name: string;
  title: string;
  notebook: Notebook;
}

export function frontMain(pages: readonly Front[]): string {
  const entries = pages.map(({ name, title, notebook }) =>
    `<li><h2><a href="${name}.html">${escapeHtml(title)}</a></h2><p>${richText(ideaOf(notebook))}</p>` +
    `<p class="facts">${factsOf(name)}</p></li>`
  );
  const late = dates.late ? `; late until ${dateWords(dates.late)}` : "";
  return `<div class="cell text"><h1>${escapeHtml(course.title)}</h1>
<p><strong>Due ${dateWords(dates.due)}</strong>${late}.</p>
<p>Each page runs by itself, in this browser: write an answer, and read at once what it does. What you have written can be downloaded there as the notebooks that are handed in.</p>
</div>
<ol class="chapters">${entries.join("\n")}</ol>
<div class="cell text"><h2><a href="student.zip">The notebooks</a></h2>
<p>The same questions for JupyterLab and VS Code, with everything that they need: unpack it and read its <code>README.md</code>.</p></div>`;
}

/** "13 points · 5 answers", by the course's registry. */
function factsOf(name: string): string {
  const found = Object.values(course.questions).find(({ notebook }) => name.startsWith(notebook));
  if (!found) return "";
  const points = found.answers.reduce((sum, answer) => sum + answer.points, 0);
  const n = found.answers.length;
  return `${points} points · ${n} ${n === 1 ? "answer" : "answers"}`;
}

/** The notebook's one-sentence idea: the first paragraph in italics. */
export function ideaOf({ cells }: Notebook): string {
  return /^[*_]([^*_].*)[*_]$/m.exec(cells.find((cell) => cell.cell_type === "markdown")?.source ?? "")
    ?.[1] ?? "";
}
