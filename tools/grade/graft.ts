import { generate } from "@babel/generator";
import { syntaxHabit } from "lib/proof/habits.ts";
import { boundNames } from "lib/show/cell.ts";
import { shown } from "./rooms.ts";
import { bare, exportedNames, isNode, type Link, namesIn, type Node, parseCell, sameTree } from "./tree.ts";

/**
 * Answer cells as functions of one module. Nothing of a cell's text goes there: its tree does, printed anew, and
 * what was printed is parsed again and must be the tree it came from.
 */

/** One cell as a function of its own; what it declares lives outside, as in a kernel. */
export interface Graft {
  id: string;
  body: string;
  declared: string[];
  links: Link[];
  used: Set<string>;
}

/** What an answer may import beside the student's lib. */
export const packages = ["mathjs", "ml-matrix", "@tensorflow/tfjs"];

/** What a cell that can't be grafted is told. */
class Refused extends Error {}

const longest = 200_000;

/**
 * A cell as the body of a function: imports are kept apart, declarations become assignments to variables outside.
 *
 * @param offered the student's module of a name, or undefined; left out for our own cells, which may import anything
 * @returns the cell, or why it can't be grafted: a sentence for its author
 */
export function graftCell(
  id: string,
  source: string,
  offered?: (module: string) => string | undefined,
): Graft | string {
  if (source.length > longest) return `The cell is too long: ${source.length} characters.`;
  try {
    const body = bare(parseCell(source.toWellFormed()));
    if (offered) refuse(body);
    const links = body.flatMap(linksOf);
    if (offered) { for (const link of links) checkImport(link, offered); }
    const rest = body.filter((node) => node.type !== "ImportDeclaration");
    const hoisted: Node[] = [], statements: Node[] = [], declared: string[] = [];
    for (const node of rest) statements.push(...outside(node, hoisted, declared));
    return { id, body: printed([...hoisted, ...statements]), declared, links, used: namesIn(rest) };
  } catch (cause) {
    if (cause instanceof Refused) return cause.message;
    if (cause instanceof SyntaxError) {
      return `The cell has a syntax error: ${syntaxWords(cause)}${syntaxHabit(source)}`;
    }
    if (cause instanceof RangeError) return "The cell is nested too deeply to be read.";
    throw cause;
  }
}

/** What a parser complains of, without its advice to those who set it up. */
function syntaxWords({ message }: SyntaxError): string {
  const [, place = ""] = /(\(\d+:\d+\))\s*$/.exec(message) ?? [];
  return /parser plugin/.test(message)
    ? `Something stands here that is no part of the language yet. ${place}`
    : message.slice(0, 200);
}

/** The text of statements inside an async function, which says what they say and nothing more. */
function printed(statements: Node[]): string {
  const { code } = generate({ type: "BlockStatement", directives: [], body: statements } as never, {
    comments: false,
    jsescOption: { minimal: false },
  });
  const [first, ...more] = parseCell(`(async () => ${code});`);
  const block = (first?.expression as { body?: Node } | undefined)?.body;
  if (more.length > 0 || !isNode(block) || !sameTree(block.body, statements)) {
    throw new Refused("The cell can't be read safely: written out again it says something else.");
  }
  return code;
}

/** Refuses what has no place in an answer, wherever it stands. */
function refuse(node: unknown): void {
  if (Array.isArray(node)) return node.forEach(refuse);
  if (!isNode(node)) return;
  if (node.type === "Import" || node.type === "ImportExpression") {
    throw new Refused("The cell imports something while it runs; put imports at its top.");
  }
  if (node.type === "MetaProperty" && (node.meta as Node).name === "import") {
    throw new Refused("The cell asks where it stands (import.meta); an answer has no place of its own.");
  }
  if (/^TS(ImportEquals|ExportAssignment|NamespaceExport)/.test(node.type)) {
    throw new Refused("The cell imports or exports in a form that modules do not have.");
  }
  for (const value of Object.values(node)) if (typeof value === "object") refuse(value);
}

/** What a statement imports or passes on. */
function linksOf(node: Node): Link[] {
  if (!isNode(node.source)) return [];
  if (node.phase || (node.attributes as unknown[] | undefined)?.length) {
    throw new Refused("The cell imports in a form that is not for modules of code.");
  }
  const specifiers = (node.specifiers ?? []) as Record<string, Node>[];
  const names = specifiers.map((s) => {
    const kind = String(s.type);
    const imported = kind === "ImportDefaultSpecifier"
      ? "default"
      : /Namespace/.test(kind)
      ? "*"
      : nameOf(s.imported ?? s.local);
    return {
      imported,
      local: nameOf(s.local ?? s.exported),
      typeOnly: String(s.importKind ?? s.exportKind) === "type",
    };
  });
  const typeOnly = node.importKind === "type" || node.exportKind === "type";
  return [{
    source: String(node.source.value),
    names: names.map((n) => ({ ...n, typeOnly: n.typeOnly || typeOnly })),
  }];
}

function nameOf(node: Node): string {
  if (node.type !== "Identifier") throw new Refused("The cell imports something by a name that is none.");
  return String(node.name);
}

const exportsOf = new Map<string, Set<string>>();

function checkImport({ source, names }: Link, offered: (module: string) => string | undefined): void {
  if (packages.includes(source)) return;
  const text = /^lib\/[\w/]+\.ts$/.test(source) && !shown.test(source) ? offered(source) : undefined;
  if (text === undefined) {
    const named = `The cell imports “${source.slice(0, 80)}”`;
    throw new Refused(
      source.startsWith("lib/")
        ? `${named}, which is not there when answers are graded; lib/math and the question's own modules are.`
        : `${named}; an answer may import from lib/ and ${packages.join(", ")}.`,
    );
  }
  const key = `${source} ${text.length}`;
  const exported = exportsOf.get(key) ?? exportedNames(text);
  exportsOf.set(key, exported);
  const missing = names.find(({ imported, typeOnly }) =>
    imported !== "*" && !typeOnly && !exported.has(imported) && !exported.has("*")
  );
  if (missing) {
    throw new Refused(`The cell imports ${missing.imported} from “${source}”, which has no such name.`);
  }
}

const statement = (expression: object): Node => ({ type: "ExpressionStatement", expression });
const identifier = (name: string): Node => ({ type: "Identifier", name });
const assign = (left: Node, right: unknown): Node =>
  statement({ type: "AssignmentExpression", operator: "=", left, right });

/** What one statement at the top of a cell means outside of it. */
function outside(node: Node, hoisted: Node[], declared: string[]): Node[] {
  const inner = /^Export(Named|Default)Declaration$/.test(node.type) ? node.declaration : node;
  if (!isNode(inner) || inner.declare || /^(ExportAll|TSDeclare|TSInterface|TSTypeAlias)/.test(inner.type)) {
    return [];
  }
  switch (inner.type) {
    case "FunctionDeclaration": {
      const { id } = inner as { id?: Node };
      if (!id) return [];
      declared.push(...boundNames(id));
      hoisted.push(assign(id, { ...inner, type: "FunctionExpression", id: null }));
      return [];
    }
    case "ClassDeclaration": {
      const { id } = inner as { id?: Node };
      if (!id) return [];
      declared.push(...boundNames(id));
      return [assign(id, inner.abstract ? made(inner, id) : { ...inner, type: "ClassExpression" })];
    }
    case "TSEnumDeclaration":
      declared.push(...boundNames(inner.id));
      return [assign(inner.id as Node, made(inner, inner.id as Node))];
    case "TSModuleDeclaration":
      throw new Refused("The cell declares a namespace; write functions and constants.");
    case "VariableDeclaration":
      if (/using/.test(String(inner.kind))) {
        throw new Refused("The cell declares something with “using”; write const.");
      }
      return (inner.declarations as { id: Node; init: unknown }[]).map(({ id, init }) => {
        declared.push(...boundNames(id));
        const { typeAnnotation: _, definite: __, optional: ___, ...pattern } = id;
        return assign(
          pattern as Node,
          init ??
            {
              type: "UnaryExpression",
              operator: "void",
              prefix: true,
              argument: { type: "NumericLiteral", value: 0 },
            },
        );
      });
    default:
      return inner === node || /Expression|Literal|Identifier/.test(inner.type)
        ? [inner === node ? node : statement(inner)]
        : [];
  }
}

/** `(() => { declaration; return name; })()`: for what has no form as an expression. */
const made = (declaration: Node, id: Node): Node => ({
  type: "CallExpression",
  arguments: [],
  callee: {
    type: "ArrowFunctionExpression",
    params: [],
    async: false,
    expression: false,
    body: {
      type: "BlockStatement",
      directives: [],
      body: [declaration, { type: "ReturnStatement", argument: identifier(String(id.name)) }],
    },
  },
});
