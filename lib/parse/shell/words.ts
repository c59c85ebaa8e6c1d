import type { DoubleQuotedChild, ParameterExpansionPart, ParsedScript, SyntaxNode, Word, WordPart } from 'unbash';
import type { Piece, ShellWord } from './facts.ts';

/** What the one who walks the syntax tree wants to hear of while a word is read. */
export interface WordWitness {
  /** A script stands in the word; the answer is its output when that is known. */
  nested(script: ParsedScript | undefined): string | undefined;
  /** `${NAME:=value}` assigns. */
  assigned(name: string, value: string | undefined): void;
  doubt(why: string): void;
  /** Goes through whatever else may hold scripts. */
  visit(node: SyntaxNode): void;
}

/** A word that is what it says, as in an argument vector. */
export function literalWord(text: string): ShellWord {
  return { text, dynamic: false, splits: false, glob: false, prefix: text, suffix: text, pieces: NO_PIECES };
}

/** A word nobody knows but for how it begins; `splits` when it may be several. */
export function unknownWord(text: string, splits: boolean, prefix = ''): ShellWord {
  const unknown: Piece = { kind: 'unknown', quoted: !splits };
  return wordOf(text, prefix === '' ? [unknown] : [{ kind: 'text', text: prefix }, unknown]);
}

/** Reads one word of the syntax tree; `before` is literal text that belongs in front, such as `NAME=`. */
export function readWord(word: Word, witness: WordWitness, before = ''): ShellWord {
  if (word.parts === undefined) return literalWord(before + word.value);
  const pieces: Piece[] = before === '' ? [] : [{ kind: 'text', text: before }];
  for (const part of word.parts) readPart(part, false, pieces, witness);
  return wordOf(before + word.value, pieces);
}

const NO_PIECES: readonly Piece[] = Object.freeze([]);

function wordOf(text: string, pieces: readonly Piece[]): ShellWord {
  const glob = pieces.some((piece) => piece.kind === 'text' && piece.glob === true);
  const dynamic = pieces.some(({ kind }) => kind !== 'text');
  if (!dynamic && !glob) return literalWord(literalRun(pieces));
  const splits = glob || pieces.some((piece) => piece.kind !== 'text' && !piece.quoted);
  return { text, dynamic, splits, glob, prefix: literalRun(pieces), suffix: literalEnd(pieces), pieces };
}

function literalRun(pieces: readonly Piece[]): string {
  let run = '';
  for (const piece of pieces) {
    if (piece.kind !== 'text' || piece.glob === true) break;
    run += piece.text;
  }
  return run;
}

function literalEnd(pieces: readonly Piece[]): string {
  let run = '';
  for (let at = pieces.length - 1; at >= 0; at--) {
    const piece = pieces[at]!;
    if (piece.kind !== 'text' || piece.glob === true) break;
    run = piece.text + run;
  }
  return run;
}

function readPart(part: WordPart | DoubleQuotedChild, quoted: boolean, pieces: Piece[], witness: WordWitness): void {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
      pieces.push({ kind: 'text', text: part.value });
      return;
    case 'AnsiCQuoted':
      // A shell without $'…' ends the quotes at \' and runs what follows.
      if (part.text.includes("\\'")) witness.doubt('quotes that shells end at different places');
      pieces.push({ kind: 'text', text: part.value });
      return;
    case 'Glob':
      for (const inner of part.parts ?? []) witness.visit(inner);
      pieces.push({ kind: 'text', text: part.text, glob: true });
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.type === 'LocaleString') witness.doubt('quotes that shells read differently');
      for (const inner of part.parts) readPart(inner, true, pieces, witness);
      return;
    case 'SimpleExpansion':
      pieces.push(variable(part.text.slice(1), quoted));
      return;
    case 'ParameterExpansion':
      pieces.push(readExpansion(part, quoted, witness));
      return;
    case 'CommandExpansion': {
      const output = witness.nested(part.script);
      pieces.push(output === undefined ? { kind: 'unknown', quoted } : { kind: 'choices', choices: [output], quoted });
      return;
    }
    case 'ArithmeticExpansion':
      if (part.expression !== undefined) witness.visit(part.expression);
      pieces.push({ kind: 'unknown', quoted: true });
      return;
    case 'ProcessSubstitution':
      witness.nested(part.script);
      pieces.push({ kind: 'text', text: '/dev/fd/' }, { kind: 'unknown', quoted: true });
      return;
    case 'ExtendedGlob':
      // One shell runs code in such a pattern, one refuses it, one matches files.
      witness.doubt('an extended pattern, which shells read differently');
      for (const inner of part.parts ?? []) witness.visit(inner);
      pieces.push({ kind: 'unknown', quoted: false });
      return;
    case 'BraceExpansion':
      for (const inner of part.parts ?? []) witness.visit(inner);
      pieces.push(braces(part.text, part.parts !== undefined));
      return;
  }
}

function variable(name: string, quoted: boolean): Piece {
  return { kind: 'variable', name, quoted: quoted && name !== '@' };
}

/** Alternatives without anything nested are known; ranges and nested braces are not. */
function braces(text: string, nested: boolean): Piece {
  const inner = text.slice(1, -1);
  if (nested || /[{}'"\\$`]|\.\./.test(inner)) return { kind: 'unknown', quoted: false };
  return { kind: 'choices', choices: inner.split(','), quoted: false };
}

function readExpansion(part: ParameterExpansionPart, quoted: boolean, witness: WordWitness): Piece {
  const { parameter, prefix, index, operation } = part;
  if (index !== undefined) witness.visit(index);
  if (operation === undefined) {
    if (prefix === '#') return { kind: 'unknown', quoted: true };
    const several = parameter === '@' || (index !== undefined && index.value === '@');
    if (prefix === '!' || index !== undefined) return { kind: 'unknown', quoted: quoted && !several };
    return variable(parameter, quoted);
  }
  if (operation.type === 'Unknown') witness.doubt('an expansion that is not known');
  if (operation.type === 'Transform' && operation.operand.value !== 'Q' && operation.operand.value !== 'U') {
    witness.doubt('an expansion that runs the text of a variable');
  }
  if (operation.type !== 'Default') {
    witness.visit(operation);
    return { kind: 'unknown', quoted: quoted && parameter !== '@' };
  }
  const operand = readWord(operation.operand, witness);
  const fallback = operand.dynamic ? undefined : operand.text;
  if (operation.operator.endsWith('=')) witness.assigned(parameter, fallback);
  if (operation.operator.endsWith('?')) return variable(parameter, quoted);
  if (fallback === undefined || prefix === '!') return { kind: 'unknown', quoted };
  return { kind: 'variable', name: parameter, quoted: quoted && parameter !== '@', fallback };
}
