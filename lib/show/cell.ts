/** What the text of a cell does with names, read off its tree as the grader reads it. */

interface Node {
  type: string;
  [key: string]: unknown;
}

interface CellNames {
  /** Names that stand for something at the top of the cell: declarations, with or without a value, and imports. */
  declared: ReadonlySet<string>;
  /** Names that get a value, with what is written for it where it is an expression of its own. */
  given: ReadonlyMap<string, unknown>;
  /** Names that are used and nowhere in the cell bound. */
  free: ReadonlySet<string>;
}

/** @returns the cell's names, or why it is refused: "in line 2: identifier 'A' has already been declared" */
export async function cellNames(source: string): Promise<CellNames | { fault: string }> {
  // loaded when it is needed: most cells ask for nothing
  const { parse } = await import("@babel/parser");
  try {
    const { body } = parse(source, {
      sourceType: "module",
      plugins: ["typescript"],
      allowUndeclaredExports: true,
      attachComment: false,
    }).program;
    return namesOf(body as unknown as Node[]);
  } catch (cause) {
    const { message, loc } = cause as Error & { loc?: { line: number } };
    const words = message.replace(/\.?\s*\(\d+:\d+\)\s*$/, "").replace(
      /^[A-Z](?=[a-z])/,
      (c) => c.toLowerCase(),
    );
    return { fault: `in line ${loc?.line ?? 1}: ${words}` };
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** The names that a pattern binds: `{ a, b: [c, ...d] }` binds a, c, d. */
export function boundNames(pattern: unknown): string[] {
  if (!isNode(pattern)) return [];
  switch (pattern.type) {
    case "Identifier":
      return [String(pattern.name)];
    case "ObjectPattern":
      return (pattern.properties as Node[]).flatMap((p) => boundNames(p.argument ?? p.value));
    case "ArrayPattern":
      return (pattern.elements as unknown[]).flatMap(boundNames);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    case "TSParameterProperty":
      return boundNames(pattern.parameter);
    default:
      return [];
  }
}

/** The parts of a node that are no names: keys, properties, labels. */
function isName(node: Node, key: string): boolean {
  const member = /MemberExpression$|^(Object|Class)\w*(Property|Method)$/.test(node.type);
  return !(member && !node.computed && (key === "property" || key === "key")) && key !== "label";
}

function namesOf(body: Node[]): CellNames {
  const given = new Map<string, unknown>(), used = new Set<string>(), inside = new Set<string>();
  const declared = new Set(body.flatMap((node) => {
    const inner = isNode(node.declaration) ? node.declaration : node;
    const parts = (inner.specifiers ?? inner.declarations) as Node[] | undefined;
    return node.type.startsWith("Import") && parts
      ? parts.flatMap(({ local }) => boundNames(local))
      : parts
      ? parts.flatMap(({ id }) => boundNames(id))
      : boundNames(inner.id);
  }));
  const gives = (names: string[], value?: unknown) => {
    // what is given twice is worth what runs last: no text tells
    for (const name of names) given.set(name, given.has(name) ? undefined : value);
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!isNode(node)) return;
    const { type, id, left, params, param } = node;
    if (type === "Identifier") used.add(String(node.name));
    if (type === "VariableDeclarator") {
      boundNames(id).forEach((name) => inside.add(name));
      if (node.init) gives(boundNames(id), isNode(id) && id.type === "Identifier" ? node.init : undefined);
    }
    if (type === "AssignmentExpression") {
      gives(
        boundNames(left),
        node.operator === "=" && isNode(left) && left.type === "Identifier" ? node.right : 0,
      );
    }
    if (/^(Function|Class)/.test(type)) {
      boundNames(id).forEach((name) => inside.add(name));
      if (type.endsWith("Declaration")) gives(boundNames(id), node);
    }
    for (const pattern of [...Array.isArray(params) ? params : [], param]) {
      boundNames(pattern).forEach((name) => inside.add(name));
    }
    if (/^Import\w*Specifier$/.test(type)) boundNames(node.local).forEach((name) => inside.add(name));
    // of types nothing is left when the cell runs
    const typed = /^TS(As|Satisfies|NonNull|TypeAssertion|Instantiation)/.test(type);
    if (type.startsWith("TS") && !typed && !/Enum|Module|Parameter/.test(type)) return;
    for (const [key, part] of Object.entries(node)) {
      if (typeof part === "object" && key !== "loc" && isName(node, key)) visit(part);
    }
  };
  visit(body);
  const free = new Set([...used].filter((name) => !inside.has(name) && !declared.has(name)));
  return { declared, given, free };
}

/** What an expression that computes nothing is worth, as `{ value }`; undefined for any other. */
export function literal(node: unknown, names: ReadonlyMap<string, unknown>): { value: unknown } | undefined {
  if (!isNode(node)) return undefined;
  const many = (nodes: unknown) => {
    const values = (nodes as unknown[]).map((one) => literal(one, names));
    return values.every((one) => one !== undefined) ? values.map(({ value }) => value) : undefined;
  };
  switch (node.type) {
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
      return { value: node.value };
    case "TemplateLiteral": {
      const values = many(node.expressions), texts = node.quasis as { value: { cooked: string } }[];
      return values && {
        value: texts.map(({ value }, k) => `${value.cooked}${k < values.length ? values[k] : ""}`).join(""),
      };
    }
    case "UnaryExpression": {
      const inner = literal(node.argument, names);
      return node.operator === "-" && typeof inner?.value === "number" ? { value: -inner.value } : undefined;
    }
    case "BinaryExpression": {
      const [a, b] = many([node.left, node.right]) ?? [];
      return node.operator === "+" && typeof a === "string" ? { value: a + b } : undefined;
    }
    case "ArrayExpression": {
      const values = many(node.elements);
      return values && { value: values };
    }
    case "ObjectExpression": {
      const list = node.properties as Node[];
      const keys = list.map(({ key, computed }) =>
        isNode(key) && !computed ? String(key.name ?? key.value) : undefined
      );
      const values = many(list.map(({ value }) => value));
      if (!values || keys.includes(undefined)) return undefined;
      return { value: Object.fromEntries(keys.map((key, k) => [key, values[k]])) };
    }
    case "Identifier":
      return literal(names.get(String(node.name)), new Map());
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "ParenthesizedExpression":
      return literal(node.expression, names);
    default:
      return undefined;
  }
}

/** Whether an expression makes a function: then a text, a number or a list was made by another. */
export const isFunction = (node: unknown): boolean =>
  isNode(node) && /^(ArrowFunction|Function)/.test(node.type);
