import course from "../../data/course.json" with { type: "json" };
import { dates } from "lib/course/year.ts";
import { lang, said } from "lib/show/language.ts";

/** "Friday, 18 December 2026, 23:00": a date of data/course.json, in the words of a page. */
export function dateWords(date: string): string {
  const day = new Date(`${date.slice(0, 10)}T12:00:00Z`).toLocaleDateString(
    lang() === "en" ? "en-GB" : lang(),
    {
      weekday: "long",
      day: "numeric",
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    },
  );
  return `${day}, ${date.slice(11, 16)}`;
}

/** What a notebook's question is worth, and its dates: "13 points · due Friday, …"; empty for what is none of the course. */
export function aboutWords(notebook: string): string {
  const question = Object.values(course.questions).find((one) => one.notebook === notebook);
  if (!question) return "";
  const late = dates.late ? [`late until ${dateWords(dates.late)}`] : [];
  return [`${sum(question.answers)} points`, `due ${dateWords(dates.due)}`, ...late].join(" · ");
}

const sum = (answers: readonly { points: number }[]) => answers.reduce((all, { points }) => all + points, 0);

/** The notebooks with their points, as a table. */
export function notebookTable(): string {
  const rows = Object.entries(course.questions).map(([number, { title, notebook, answers }]) =>
    `| ${number} | [${said(title)}](notebooks/${notebook}.ipynb) | ${answers.length} | ${sum(answers)} |`
  );
  const all = Object.values(course.questions).flatMap(({ answers }) => answers);
  return [
    "| | notebook | answers | points |",
    "| --- | --- | ---: | ---: |",
    ...rows,
    `| | ${said("all")} | ${all.length} | ${sum(all)} |`,
  ].join("\n");
}

/** The page that JupyterLab opens on: what there is to do, by when, and how to begin. */
export function startPage(): string {
  const late = dates.late ? `; late until ${dateWords(dates.late)}` : "";
  return `# ${course.title}

**Due ${dateWords(dates.due)}**${late}.

${notebookTable()}

1. Open a notebook, then **Run → Run All Cells**: everything but your answers is there already.
2. Write an answer into its cell, run it, and run the cell below: it says at once what your answer does.
3. **Where am I** at the end of a notebook counts points; save (**Ctrl+S**) before you ask.
4. In a terminal, \`npx -y deno@2.9.6 task submit\` runs your answers once more as the grader will and writes the file to upload.
`;
}
