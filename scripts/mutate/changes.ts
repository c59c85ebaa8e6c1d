/** A node of the syntax tree (ESTree), as far as it is looked at. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly operator?: string;
  readonly value?: unknown;
  readonly computed?: boolean;
  readonly test?: SyntaxNode | null;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
  readonly argument?: SyntaxNode | null;
  readonly body?: SyntaxNode;
  readonly key?: SyntaxNode;
  readonly callee?: SyntaxNode;
  readonly elements?: readonly unknown[];
}

interface Change {
  readonly at: SyntaxNode;
  readonly now: string;
}

const COMPARED: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
};
const JOINED: Readonly<Record<string, string>> = { '&&': '||', '||': '&&', '??': '&&' };

/** What may be put in the place of a node, or of a part of it. */
export function changesOf(
  node: SyntaxNode,
  parent: SyntaxNode | undefined,
  textOf: (one: SyntaxNode) => string,
): Change[] {
  switch (node.type) {
    case 'IfStatement':
    case 'WhileStatement':
    case 'ForStatement':
    case 'ConditionalExpression':
      return node.test == null || negatesByItself(node.test) ? [] : [{ at: node.test, now: `!(${textOf(node.test)})` }];
    case 'BinaryExpression': {
      const now = COMPARED[node.operator!];
      return now === undefined ? [] : [{ at: node, now: `(${textOf(node.left!)} ${now} ${textOf(node.right!)})` }];
    }
    case 'LogicalExpression': {
      const now = JOINED[node.operator!]!;
      return [{ at: node, now: `((${textOf(node.left!)}) ${now} (${textOf(node.right!)}))` }];
    }
    case 'UnaryExpression':
      return node.operator === '!' ? [{ at: node, now: `!!(${textOf(node.argument!)})` }] : [];
    case 'Literal':
      return isName(node, parent) ? [] : literal(node);
    case 'ArrayExpression':
      return node.elements!.length === 0 ? [] : [{ at: node, now: '[]' }];
    case 'ReturnStatement':
      return emptied(node.argument, textOf);
    case 'ArrowFunctionExpression':
      return node.body!.type === 'BlockStatement' ? [] : emptied(node.body, textOf);
    default:
      return [];
  }
}

/** Messages of errors are wording for people; no test pins each of their words. */
export function isWording(node: SyntaxNode): boolean {
  return node.type === 'NewExpression' && /(Error|Fault)$/.test((node.callee as { name?: string }).name ?? '');
}

/** An equation or `!x` as a condition has a mutant of its own that is the same. */
function negatesByItself(test: SyntaxNode): boolean {
  return test.operator === '!' || test.operator === '===' || test.operator === '!==';
}

function literal(node: SyntaxNode): Change[] {
  if (typeof node.value === 'boolean') return [{ at: node, now: String(!node.value) }];
  if (typeof node.value === 'number') return [{ at: node, now: String(node.value + 1) }];
  return typeof node.value === 'string' && node.value !== '' && !isSentence(node.value)
    ? [{ at: node, now: "''" }]
    : [];
}

/** A text of three words or more is written for people. */
function isSentence(text: string): boolean {
  return /\S+ \S+ \S+/.test(text);
}

/** The name of a module or of a property. */
function isName(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined || /^(Import|Export)|^ExpressionStatement$/.test(parent.type)) return true;
  return parent.key === node && parent.computed !== true;
}

/** A value that is a literal, an equation or the like has a nearer mutant. */
function emptied(value: SyntaxNode | null | undefined, textOf: (one: SyntaxNode) => string): Change[] {
  if (value == null || /^(Literal|BinaryExpression|LogicalExpression|UnaryExpression)$/.test(value.type)) return [];
  return textOf(value) === 'undefined' ? [] : [{ at: value, now: 'undefined' }];
}
