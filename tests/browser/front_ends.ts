/**
 * What each place shows of an output: which of its forms is picked, what is dropped on the way, and whether what
 * remains still says it. Orders and droppings are those of the programs named, read in their sources.
 */
import { plainText } from "lib/show/tex.ts";
import type { MimeBundle, Output } from "../../tools/kernel/mod.ts";
import { harvest, type HarvestedVerdict, verdictMime } from "../../tools/run/verdict.ts";

export const plotlyMime = "application/vnd.plotly.v1+json";

export type FrontEnd = {
  name: string;
  /** The forms that it can draw, the one it likes best first. */
  draws: readonly string[];
  /** Whether scripts, styles, ids and pictures in SVG survive in HTML. */
  trusts: boolean;
};

const rest = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"];

/** JupyterLab and Notebook 7 are one renderer: `preferredMimeType` of @jupyterlab/rendermime. */
export const frontEnds: readonly FrontEnd[] = [
  { name: "VS Code", draws: [plotlyMime, ...rest], trusts: true },
  { name: "VS Code in restricted mode", draws: rest.slice(1), trusts: false },
  { name: "JupyterLab and Notebook 7 with the plotly extension", draws: [plotlyMime, ...rest], trusts: true },
  { name: "JupyterLab and Notebook 7 without it", draws: rest, trusts: true },
  { name: "the same, a notebook that is not trusted", draws: rest, trusts: false },
  { name: "nbconvert, and JupyterLab’s export", draws: rest, trusts: true },
];

type Bundle = Extract<Output, { data: MimeBundle }>;

/** The form of an output that a front end shows; undefined where it shows nothing. */
export function picked({ data }: Bundle, { draws }: FrontEnd): string | undefined {
  return draws.find((mime) => data[mime] !== undefined && data[mime] !== "");
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };

/** The words that a reader sees in HTML. */
export function wordsOf(html: string): string {
  return html.replace(/<(script|style|template)\b[^]*?<\/\1>/gi, "").replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name) => entities[name])
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

/** Letters and digits only: what two spellings of one formula or sentence have in common. */
const letters = (text: string) => text.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();

/** The words of a sentence outside its formulas, in order. */
const spoken = (sentence: string) =>
  sentence.split(/\$[^$]*\$/).map(plainText).map(letters).filter((part) => part.length > 2);

/** The sentences that a verdict must show, whatever it is shown in. */
function saidBy(verdict: HarvestedVerdict): string[] {
  const lines = (verdict.lines ?? []) as { because: string }[];
  const own = verdict.answer === undefined
    ? lines.length > 0 ? [] : [verdict.statement]
    : [String(verdict.feedback ?? ""), verdict.answer];
  const word = verdict.status === "keep working" && !verdict.answer ? "does not hold" : verdict.status;
  return [word, ...own, ...lines.map(({ because }) => because)];
}

/** What is missing or wrong in one output where a front end shows it, in sentences; empty where all is well. */
export function faultsIn(output: Output, place: FrontEnd): string[] {
  if (output.output_type === "error") return [`${place.name} shows an error: ${output.evalue}`];
  if (output.output_type === "stream") return [];
  const mime = picked(output, place);
  if (mime === undefined) return [`${place.name} shows nothing of ${Object.keys(output.data).join(", ")}`];
  if (mime === plotlyMime) return figureFaults(output.data[plotlyMime]);
  const text = String(output.data[mime]);
  const faults = mime === "text/html" ? htmlFaults(text) : [];
  const seen = mime === "text/html" ? wordsOf(text) : text;
  if (seen.trim() === "") faults.push("nothing to read");
  const told = letters(seen);
  for (const verdict of harvest([output]).verdicts) {
    for (const sentence of saidBy(verdict).flatMap(spoken)) {
      if (!told.includes(sentence)) faults.push(`${verdict.id} lacks “${sentence.slice(0, 60)}”`);
    }
  }
  if (/\$[^$\n]*\\[^$\n]*\$/.test(seen)) faults.push("LaTeX is shown as it is typed");
  return faults.map((fault) => `${place.name}, ${mime}: ${fault}`);
}

/** VS Code and JupyterLab take a figure's data and layout, and nothing else. */
function figureFaults(value: unknown): string[] {
  const { data, layout, ...more } = (value ?? {}) as Record<string, unknown>;
  const { height } = (layout ?? {}) as { height?: unknown };
  return [
    ...Object.keys(more).map((key) => `${plotlyMime}: ${key} is dropped`),
    ...Array.isArray(data) && data.length > 0 ? [] : [`${plotlyMime}: no data`],
    ...typeof height === "number" ? [] : [`${plotlyMime}: a layout without a height`],
  ];
}

/** HTML that asks for something else, or would not live in the page of another. */
function htmlFaults(html: string): string[] {
  const tags = html.replace(/<script\b[^>]*>[^]*?<\/script>/gi, (all) => /^<script[^>]*>/i.exec(all)![0]);
  const loading = /<[a-z]+\b[^>]*\b(?:src|srcset|data|action|href)\s*=\s*["']?(?!data:|#)[^"'\s>]+/i.exec(
    tags,
  );
  const framed = /<(iframe|object|embed|link|base|form|meta)\b/i.exec(tags);
  return [
    ...loading ? [`loads something: ${loading[0].slice(0, 100)}`] : [],
    ...framed ? [`has <${framed[1]}>, which is dropped`] : [],
    ...letters(html) !== "" && /\son[a-z]+\s*=/i.test(tags.replace(/>[^<]*</g, "><"))
      ? ["has an event in an attribute, which a policy forbids"]
      : [],
  ];
}

/** What every front end must find in the outputs of one cell taken together. */
export function cellFaults(outputs: readonly Output[]): string[] {
  const bundles = outputs.filter((output): output is Bundle => "data" in output);
  return bundles.flatMap(({ data }, k) => {
    const faults: string[] = [];
    if (data[verdictMime] !== undefined && (!data["text/html"] || !data["text/plain"])) {
      faults.push("a verdict without its twins in HTML and text");
    }
    if (data[plotlyMime] === undefined) return faults;
    const caption = bundles[k + 1]?.data["text/html"];
    if (
      typeof data["text/html"] !== "string" || !/role="figure" aria-label="[^"]{20,}"/.test(data["text/html"])
    ) {
      faults.push("a figure without its description");
    }
    if (!/^Figure: \S.{20,}/.test(String(data["text/plain"]))) faults.push("a figure without words");
    if (typeof caption !== "string" || !/<summary>in words and numbers<\/summary><p>\S/.test(caption)) {
      faults.push("a figure whose caption has no description to unfold");
    } else if (!/<table class="syw-data">/.test(caption)) faults.push("a figure without its numbers");
    return faults;
  });
}
