/**
 * A formula's MathML with a plain twin inside: signs that no page draws and no reader hears, and that are left over
 * where a page strips the tags and keeps the text. JupyterLab does so in a notebook it does not trust, and
 * `λ = 1 ± √(−α^2)` must not become `λ=1±−α2` there.
 */

type Node = string | Element;
interface Element {
  name: string;
  open: string;
  children: Node[];
}

const hidden = (text: string) => `<mtext style="display:none">${text}</mtext>`;
/** One child with signs before and behind it, as one child. */
const between = (before: string, inner: string, after: string) =>
  `<mrow>${before && hidden(before)}${inner}${after && hidden(after)}</mrow>`;

/** @param mathml well formed, as temml writes it */
export function readable(mathml: string): string {
  const root: Element = { name: "", open: "", children: [] }, path = [root];
  for (const [token, closing, name, empty] of mathml.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>|[^<]+/g)) {
    const top = path.at(-1)!;
    if (name === undefined) top.children.push(token);
    else if (closing) path.pop();
    else {
      const element = { name, open: token, children: [] };
      top.children.push(element);
      if (!empty) path.push(element);
    }
  }
  return root.children.map(written).join("");
}

const textOf = (node: Node): string => typeof node === "string" ? node : node.children.map(textOf).join("");
/** Whether a part needs no brackets to be one thing: a letter, a number, a sign. */
const isShort = (node: Node) => [...textOf(node).replace(/\s/g, "")].length <= 1;
const bracketed = (sign: string, node: Node, inner: string) =>
  isShort(node) ? between(sign, inner, "") : between(`${sign}(`, inner, ")");

function written(node: Node): string {
  if (typeof node === "string") return node;
  const { name, open, children } = node;
  if (open.endsWith("/>")) return open;
  const inner = children.map(written), parts = children.filter((c) => typeof c !== "string" || c.trim());
  const wrap = (content: string) => `${open}${content}</${name}>`;
  if (parts.length !== children.length) return wrap(inner.join(""));
  switch (name) {
    case "msup":
      // a prime is drawn high as it is: as a superscript it would be raised twice
      if (isPrime(children[1])) return `<mrow>${inner.join("")}</mrow>`;
      return wrap(inner[0] + (isMark(children[1]) ? inner[1] : bracketed("^", children[1], inner[1])));
    case "msub":
    case "munder":
      return wrap(inner[0] + bracketed("_", children[1], inner[1]));
    case "msubsup":
    case "munderover":
      if (isPrime(children[2])) {
        return `<mrow>${written({ ...node, name: "msub", open: "<msub>", children: children.slice(0, 2) })}${
          inner[2]
        }</mrow>`;
      }
      return wrap(
        inner[0] + bracketed("_", children[1], inner[1]) +
          (isMark(children[2]) ? inner[2] : bracketed("^", children[2], inner[2])),
      );
    case "mfrac":
      return wrap(
        (isShort(children[0]) ? inner[0] : between("(", inner[0], ")")) +
          bracketed("/", children[1], inner[1]),
      );
    case "msqrt":
      return wrap(between("√(", inner.join(""), ")"));
    case "mtable":
      return wrap(inner.join(""));
    case "mtr":
      return wrap(inner.join("").replace(/<\/mtd>(?!.*<\/mtd>)/s, `${hidden(";")}</mtd>`));
    case "mtd":
      return wrap(`${inner.join("")}${hidden(" ")}`);
    default:
      return wrap(inner.join(""));
  }
}

const isPrime = (node: Node) => typeof node !== "string" && /class="tml-prime/.test(node.open);

/** A prime or a transpose says by itself that it stands above. */
const isMark = (node: Node) => /^[′″⊤ᵀ*∗]$/.test(textOf(node).trim());
