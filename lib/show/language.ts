/**
 * What is shown, in the reader's language. Sentences are written in English, in the code and in the notebooks; where
 * they are shown they are looked up in the language's table, `data/<language>.json`, and what it lacks stays English.
 */
import course from "../../data/course.json" with { type: "json" };
import de from "../../data/de.json" with { type: "json" };

/** English sentence ↦ translation, by part of the course; `{1}` stands for what differs, `{1#}` for a number. */
type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const tables: Readonly<Record<string, Table>> = { de };

interface Pattern {
  fits: RegExp;
  slots: string[];
  /** How much of it stands in no slot. */
  letters: number;
  to: string;
}

interface Words {
  whole: Map<string, string>;
  patterns: Pattern[];
  /** All that the translations say, and what was said with slots filled: a piece of it needs none. */
  said: string;
  spoken: Set<string>;
  known: Map<string, string | undefined>;
}

const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();
const slot = /\{(\d)(#?)\}/g;
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s+");

/** A sentence with slots as a pattern that says which text stands in each. */
function patternOf(english: string): RegExp {
  let from = 0, source = "";
  for (const { 0: all, 2: number, index } of english.matchAll(slot)) {
    source += escaped(english.slice(from, index)) +
      (number ? "([−+-]?\\d[\\d.,]*(?:e[−+-]?\\d+)?)" : "([^]+?)");
    from = index + all.length;
  }
  return new RegExp(`^${source}${escaped(english.slice(from))}$`);
}

function wordsOf(name: string): Words {
  const table = tables[name];
  if (!table) {
    throw new RangeError(
      `Cannot speak ${name}: expected en or ${
        Object.keys(tables).join(", ")
      } as lang in data/course.json, got ${name}`,
    );
  }
  const entries = Object.values(table).flatMap((part) => Object.entries(part)).filter(([, to]) => to !== "");
  const patterns = entries.filter(([english]) => english.search(slot) >= 0).map(
    ([english, to]): Pattern => ({
      fits: patternOf(squeezed(english)),
      slots: [...english.matchAll(slot)].map(([, n]) => n),
      letters: english.replace(slot, "").length,
      to,
    }),
  );
  // what says most itself goes first
  patterns.sort((a, b) => b.letters - a.letters);
  return {
    whole: new Map(entries.map(([english, to]) => [squeezed(english), to])),
    patterns,
    said: squeezed(entries.map(([, to]) => to.replace(slot, "\n")).join("\n")),
    spoken: new Set(),
    known: new Map(),
  };
}

const names = new Set(
  Object.values(course.questions).flatMap(({ answers }) => answers.map(({ name }) => name)),
);

let language = "en", words: Words | undefined;

/** What was shown in this session and has no translation. */
export const untold = new Set<string>();

/**
 * From now on readers are spoken to in a language.
 *
 * @throws RangeError for a language without a table
 */
export function speak(name: string): void {
  words = name === "en" ? undefined : wordsOf(name);
  language = name;
  untold.clear();
}

speak((course as { lang?: string }).lang ?? "en");

/** The language that readers are spoken to, as HTML names it. */
export const lang = (): string => language;

/** The translation of a whole text; undefined where the table has none. */
function lookup(text: string, { whole, patterns, known }: Words): string | undefined {
  const key = squeezed(text);
  if (known.has(key)) return known.get(key);
  let found = whole.get(key);
  for (let i = 0; found === undefined && i < patterns.length; i++) {
    const { fits, slots, to } = patterns[i], values = fits.exec(text.trim())?.slice(1);
    if (values) {
      found = to.replace(slot, (all, n: string) => {
        const at = slots.indexOf(n);
        return at < 0 ? all : lookup(values[at], words!) ?? values[at];
      });
    }
  }
  if (known.size < 20_000) known.set(key, found);
  if (found !== undefined) words!.spoken.add(squeezed(found.replace(/[$`*]/g, "")));
  return found;
}

/** A sentence, or several, in the reader's language. */
export function said(text: string): string {
  if (!words || !/\p{L}{2}/u.test(text)) return text;
  const whole = lookup(text, words);
  const before = /^\s*/.exec(text)![0], after = /\s*$/.exec(text)![0];
  if (whole !== undefined) return before + whole + after;
  const sentences = text.trim().split(/(?<=[.?!]) +(?=\S)/), out: string[] = [];
  for (let from = 0; from < sentences.length;) {
    let to = sentences.length, found: string | undefined;
    for (; to > from && found === undefined; to--) {
      found = lookup(sentences.slice(from, to).join(" "), words);
    }
    if (found === undefined) {
      note(sentences[from]);
      out.push(sentences[from++]);
    } else {
      out.push(found);
      from = to + 1;
    }
  }
  return before + out.join(" ") + after;
}

/** Keeps in mind what has no translation: no formula, no name of an answer, no piece of a translation. */
function note(text: string): void {
  const prose = text.replace(/\$\$[^]*?\$\$|\$[^$]*\$|`[^`]*`|<[^>]*>/g, ""), piece = squeezed(text);
  const name = names.has(piece.replace(/^[\d.]+ /, ""));
  if (name || !/\p{L}{2}/u.test(prose) || words!.said.includes(piece)) return;
  if (![...words!.spoken].some((said) => said.includes(piece))) untold.add(text);
}

/** What of data is words that the table knows; everything else is as it was. */
export function saidData<T>(value: T): T {
  if (!words) return value;
  const inside = (one: unknown): unknown =>
    typeof one === "string"
      ? lookup(one, words!) ?? one
      : Array.isArray(one)
      ? one.map(inside)
      : typeof one === "object" && one !== null && Object.getPrototypeOf(one) === Object.prototype
      ? Object.fromEntries(Object.entries(one).map(([key, item]) => [key, inside(item)]))
      : one;
  return inside(value) as T;
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&#x27;": "'",
};
const plain = (html: string) => html.replace(/&(?:amp|lt|gt|quot|#39|#x27);/g, (entity) => entities[entity]);
const safe = (text: string) =>
  text.replace(/[&<>"]/g, (c) => Object.keys(entities).find((entity) => entities[entity] === c)!);

/** HTML whose texts, and whose attributes that are read out, are in the reader's language; code is left as it is. */
export function saidHtml(html: string): string {
  if (!words) return html;
  return html.replace(
    /<(script|style|math|pre|code|textarea)\b[^>]*>[^]*?<\/\1>|<!--[^]*?-->|<[^>]*>|[^<]+/g,
    (part, raw?: string) => {
      if (raw || part.startsWith("<!")) return part;
      if (!part.startsWith("<")) {
        const text = plain(part), now = said(text);
        return now === text ? part : safe(now);
      }
      return part.replace(
        /\b(aria-label|title|alt|placeholder|data-name|data-hide)="([^"]*)"/g,
        (_, name: string, text: string) => `${name}="${safe(said(plain(text)))}"`,
      );
    },
  );
}

/** Markdown whose paragraphs are in the reader's language; code is left as it is. */
export function saidMarkdown(text: string): string {
  if (!words) return text;
  return text.split(/(\n{2,}|^```[^]*?^```)/m).map((part) =>
    /^(\s*|```[^]*)$/.test(part) ? part : paragraph(part)
  ).join("");
}

function paragraph(text: string): string {
  const found = lookup(text, words!);
  if (found === undefined) note(text);
  return found ?? text;
}
