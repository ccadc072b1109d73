/** An answer's editor: CodeMirror, with as little around it as a reader needs. */
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { said } from "lib/show/language.ts";

export interface Editor {
  readonly place: HTMLElement;
  text(): string;
  /** Puts another text in, as one change that can be undone. */
  write(text: string): void;
  focus(): void;
  focused(): boolean;
  /** Shows a line: the caret goes to its start. */
  reveal(line: number): void;
}

/**
 * @param label what a screen reader calls it
 * @param prose plain sentences instead of TypeScript
 * @param changed called after each change
 * @param check called by Ctrl+Enter
 */
export function openEditor(
  { label, text, prose, described, changed, check }: {
    label: string;
    text: string;
    prose: boolean;
    /** The id of what says how the keyboard gets out. */
    described: string;
    changed(): void;
    check(): void;
  },
): Editor {
  const run = () => {
    check();
    return true;
  };
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
        history(),
        indentUnit.of("  "),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": described }),
        ...(prose ? [placeholder(said("Write your answer here."))] : [
          lineNumbers(),
          indentOnInput(),
          bracketMatching(),
          javascript({ typescript: true }),
          syntaxHighlighting(classHighlighter),
          EditorView.contentAttributes.of({ spellcheck: "false", autocapitalize: "off", autocorrect: "off" }),
        ]),
        // Tab leaves the editor, as it leaves every other field
        keymap.of([
          { key: "Mod-]", run: indentMore },
          { key: "Mod-[", run: indentLess },
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        EditorView.updateListener.of((update) => update.docChanged && changed()),
      ],
    }),
  });
  return {
    place: view.dom,
    text: () => view.state.doc.toString(),
    write(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    focus: () => view.focus(),
    focused: () => view.hasFocus,
    reveal(line) {
      const { doc } = view.state, { from } = doc.line(Math.min(Math.max(line, 1), doc.lines));
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    },
  };
}
