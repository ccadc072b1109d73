/**
 * The desk: a worker that knows the questions, reads what was written, judges what came of it and typesets. Nothing
 * that a reader wrote runs here.
 */
import { transform } from "sucrase";
import type { Collected } from "lib/proof/collect.ts";
import { judge } from "lib/proof/answer.ts";
import type { Question } from "lib/proof/question.ts";
import type { Verdict } from "lib/proof/verdict.ts";
import { captionWords } from "lib/show/numbers.ts";
import { type Figure, isCartesian, isFigure } from "lib/show/figure.ts";
import { saidData, saidHtml } from "lib/show/language.ts";
import { renderAnswer, renderStanding, verdictText } from "lib/show/render.ts";
import { plainText } from "lib/show/tex.ts";
import { decodeCollected } from "../../grade/frame.ts";
import { type Graft, graftCell } from "../../grade/graft.ts";
import { bodyOf, importsOf, withSetup } from "../../grade/module.ts";
import type { Notebook } from "../../notebook.ts";
import type { Drawn, HandedOut, Joined, Judged, Request, Typeset, Written } from "./messages.ts";
import { typeset } from "./typeset.ts";

interface Knowledge {
  questions: readonly Question[];
  cells: readonly HandedOut[];
  /** What each module of the page offers, types included. */
  offers: Readonly<Record<string, readonly string[]>>;
}

/** Answers one request after the other. */
export function open(knowledge: Knowledge): void {
  const scope = globalThis as unknown as Worker;
  scope.addEventListener("message", ({ data }: MessageEvent<{ id: number; request: Request }>) => {
    let reply: unknown, fault: string | undefined;
    try {
      reply = replyTo(knowledge, data.request);
    } catch (cause) {
      fault = cause instanceof Error ? cause.message : String(cause);
    }
    scope.postMessage({ id: data.id, reply, fault });
  });
}

function replyTo(knowledge: Knowledge, request: Request): Joined | Judged | Typeset | string | Drawn[] {
  switch (request.kind) {
    case "join":
      return join(knowledge, request.written, request.figures);
    case "judge":
      return judged(asked(knowledge, request.name), request.collected);
    case "typeset":
      return typeset(asked(knowledge, request.name), request.source);
    case "standing":
      return saidHtml(renderStanding(request.rows));
    case "draw":
      return request.items.flatMap(drawn);
  }
}

function asked({ questions }: Knowledge, name: string): Question {
  const found = questions.find((question) => question.name === name);
  if (!found) throw new Error(`Cannot find a question: expected one of this page, got ${name}`);
  return found;
}

/** One script of all cells: grafted as the grader does, then stripped of its types. */
function join(
  { cells, offers, questions }: Knowledge,
  written: readonly Written[],
  figures: readonly string[],
) {
  const faults: Record<string, string> = {}, given = new Map<string, Graft>();
  const offered = (module: string) =>
    module in offers ? `export { ${offers[module].join(", ")} };` : undefined;
  for (const { name, source } of written) {
    const made = graftCell(`answer-${name}`, source, offered);
    if (typeof made === "string") faults[name] = withLine(made);
    else given.set(`answer-${name}`, made);
  }
  const pristine = { cells } as unknown as Pick<Notebook, "cells">;
  const chosen = withSetup(pristine, given);
  const drawing = figures.flatMap((id): Graft[] => {
    const cell = cells.find((cell) => cell.id === id), made = cell && graftCell(id, cell.source);
    return made === undefined || typeof made === "string" ? [] : [made];
  });
  const all = [...chosen, ...drawing], names = questions.map(({ name }) => name);
  const imports = importsOf(all, pristine, names);
  const lines = imports.map(({ source, imported, local }) => {
    const module = `syw.modules[${JSON.stringify(source)}]`;
    if (source.startsWith("lib/show/")) return `const ${local} = syw.show;`;
    if (imported === "*") return `const ${local} = ${module};`;
    return `const ${local} = ${module}[${JSON.stringify(imported)}];`;
  });
  const body = `${lines.join("\n")}\n${bodyOf(all, names)}\nsyw.serve($$cells, $$answers);`;
  const { code } = transform(`((syw) => {\n${body}\n})`, {
    transforms: ["typescript"],
    disableESTransforms: true,
    keepUnusedImports: true,
  });
  return {
    text: `"use strict";${code.trim().replace(/;$/, "")}(self.syw);`,
    cells: chosen.map(({ id }) => id),
    figures: drawing.map(({ id }) => id),
    packages: [
      ...new Set(imports.map(({ source }) => source).filter((source) => !source.startsWith("lib/"))),
    ],
    faults,
  };
}

/** Where a syntax error is, in the words of an editor. */
const withLine = (words: string) =>
  words.replace(/^(The cell has a syntax error): ([^]*?)\s*\((\d+):(\d+)\)/, "$1 in line $3: $2");

function judged(question: Question, collected: string): Judged {
  let verdict: Verdict;
  try {
    verdict = judge(question, decodeCollected(JSON.parse(collected)) as Collected);
  } catch {
    verdict = judge(question, { kind: "fault", sentence: "What it gives can't be compared with anything." });
  }
  if (/ is not defined\.?$/.test(verdict.feedback ?? "")) {
    verdict.feedback += ". What an answer needs must stand in an answer cell.";
  }
  const { status, points = 0 } = verdict;
  return { status, points, html: saidHtml(renderAnswer(verdict)), text: verdictText(verdict) };
}

/** What a figure's cell has shown; what is neither a figure nor a fragment is left out. */
function drawn(item: unknown): Drawn[] {
  if (isFigure(item)) {
    const { data, layout, narrow, height } = item as Figure;
    return [{
      figure: { ...saidData({ data, layout, narrow }), height, whole: !isCartesian(item) },
      label: plainText(item.description),
      caption: captionWords(item),
    }];
  }
  const { kind, html } = (item ?? {}) as { kind?: unknown; html?: unknown };
  return kind === "fragment" && typeof html === "string" ? [{ html: saidHtml(html) }] : [];
}
