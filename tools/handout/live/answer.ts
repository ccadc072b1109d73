/** One answer on the page: its editor, its check, its verdict, and its text on paper. */
import { said } from "lib/show/language.ts";
import { adopt } from "./adopt.ts";
import type { AskedAnswer } from "./config.ts";
import { type Editor, openEditor } from "./editor.ts";
import type { Typeset } from "./messages.ts";

/** Lines of room on paper for each point. */
const linesAPoint = 3;

/** An element; its words, but for what a program printed, are said in the reader's language. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...inside: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, /^(aria-label|placeholder|title)$/.test(key) ? said(value) : value);
  }
  element.append(...inside.map((one) => typeof one === "string" && name !== "pre" ? said(one) : one));
  return element;
}

export interface Answer {
  readonly asked: AskedAnswer;
  readonly editor: Editor;
  /** Whether anything is written that was not handed out. */
  isWritten(): boolean;
  /** Says what goes on, beside the button; what only a screen reader needs behind it. */
  say(words: string, more?: string): void;
  /** While it is checked, the button stops it. */
  busy(stop: (() => void) | undefined): void;
  /** The verdict, as the desk made it; what the answer printed stands below it. */
  judge(html: string, printed: string): void;
  /** The verdict is of another text than the one that stands there now. */
  stale(yes: boolean): void;
  preview(lines: Typeset): void;
}

/** The text of an answer as its notebook has it: of prose, nothing is handed out as nothing. */
const proseStub = said("*Write your answer here.*");
export const cellText = ({ prose, stub }: AskedAnswer, text: string): string =>
  prose && text.trim() === "" ? stub : text;
const editorText = ({ prose }: AskedAnswer, text: string) => prose && text.trim() === proseStub ? "" : text;

export function openAnswer(
  asked: AskedAnswer,
  cell: HTMLElement,
  outputs: HTMLElement | null,
  text: string,
  { changed, check, reset }: { changed(): void; check(): void; reset(): void },
): Answer {
  const { name, question, points, prose, stub } = asked;
  const status = make("span", { class: "live-status", role: "status" });
  const button = make("button", { type: "button", class: "live-check" }, "Check");
  const restore = make("button", { type: "button" }, "As handed out");
  const drawn = make("div", { class: "live-preview", "aria-label": `${name}, typeset`, role: "group" });
  const paper = make("pre", { class: "live-paper" });
  const tools = make("div", { class: "live-tools" }, ...(prose ? [] : [button]), restore, status);
  let stop: (() => void) | undefined;
  button.addEventListener("click", () => stop ? stop() : check());
  restore.addEventListener("click", reset);
  const room = Math.max(4, linesAPoint * points);
  const isWritten = () => squeezed(editor.text()) !== squeezed(editorText(asked, stub));
  const toPaper = () => {
    paper.textContent = isWritten() ? editor.text() : "";
    paper.style.minHeight = isWritten() ? "" : `${1.6 * room}em`;
  };
  const editor = openEditor({
    label: said(`Your answer ${name}, question ${question}`),
    text: editorText(asked, text),
    prose,
    described: "live-keys",
    changed() {
      toPaper();
      changed();
    },
    check,
  });
  toPaper();
  for (const before of cell.querySelectorAll<HTMLElement>("details.code")) before.remove();
  if (prose) cell.replaceChildren(...cell.querySelectorAll(".place-name"));
  cell.classList.remove("place");
  cell.classList.add("live-answer");
  cell.append(editor.place, drawn, tools, paper);
  if (prose) drawn.remove();
  return {
    asked,
    editor,
    isWritten,
    say(words, more = "") {
      status.replaceChildren(said(words), make("span", { class: "syw-hidden" }, more));
    },
    busy(other) {
      stop = other;
      button.textContent = said(other ? "Stop" : "Check");
    },
    judge(html, printed) {
      const block = make("div", { class: "syw" });
      block.append(adopt(html));
      const said = printed === "" ? [] : [make("pre", { class: "printed" }, printed)];
      outputs?.replaceChildren(...said, block);
    },
    stale: (yes) => void outputs?.classList.toggle("live-stale", yes),
    preview(lines) {
      drawn.replaceChildren(...lines.map((line) => {
        const row = make("div", { class: "live-line" });
        if ("html" in line) row.append(adopt(line.html));
        else row.append(make("span", { class: "syw-quiet" }, line.says));
        return row;
      }));
      drawn.classList.toggle("syw", lines.length > 0);
    },
  };
}

const squeezed = (text: string) => text.replace(/\s+/g, "");
