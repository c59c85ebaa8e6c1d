import type {
  Assignment,
  Command,
  ParsedScript,
  Pipeline,
  Redirection,
  Function as ShellFunction,
  SyntaxNode,
} from 'unbash';
import type { ShellAssignment, ShellCommand, ShellRedirect, ShellWord } from './facts.ts';
import type { Gathering } from './gathering.ts';
import { knownOutput } from './output.ts';
import { hereText, isDuplication, isPipeTo } from './redirects.ts';
import { readWord, unknownWord, type WordWitness } from './words.ts';

const MOST_LEVELS = 700;

/** The parser of the syntax, loaded. */
export interface Syntax {
  parse(text: string): ParsedScript;
  forEachChild(node: SyntaxNode, callback: (child: SyntaxNode) => void): void;
}

/** A command as it stands in the text. */
export interface RawCommand {
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  readonly inner: readonly ShellCommand[];
  readonly stdin: string | undefined;
}

/** Walks the syntax tree of one text and notes what it runs. */
export class ScriptWalk implements WordWitness {
  readonly #syntax: Syntax;
  readonly #found: Gathering;
  readonly #make: (raw: RawCommand) => ShellCommand;
  /** A place is kept for each command until it is read, so that they stay in the order of the text. */
  readonly #commands: (ShellCommand | undefined)[] = [];
  /** What positions in the syntax tree count in. */
  #source = '';
  #level = 0;
  #otherDepth = 0;

  constructor(syntax: Syntax, found: Gathering, make: (raw: RawCommand) => ShellCommand) {
    this.#syntax = syntax;
    this.#found = found;
    this.#make = make;
  }

  /** The commands of a text, nested ones included. */
  commandsOf(text: string): readonly ShellCommand[] {
    this.#source = text;
    this.visit(this.#syntax.parse(text));
    return this.#since(0);
  }

  doubt(why: string): void {
    this.#found.doubts.add(why);
  }

  assigned(name: string, value: string | undefined): void {
    this.#found.assignments.push(this.#noted(name, value));
  }

  nested(script: ParsedScript | undefined): string | undefined {
    const from = this.#commands.length;
    if (script === undefined) this.#found.faults.add('a substitution that cannot be read');
    else this.visit(script);
    return knownOutput(this.#since(from));
  }

  readonly visit = (node: SyntaxNode): void => {
    if (this.#found.full) return;
    if (++this.#level > MOST_LEVELS) this.#found.faults.add('nested too deep');
    else this.#enter(node);
    this.#level--;
  };

  #enter(node: SyntaxNode): void {
    switch (node.type) {
      case 'Script':
        this.#script(node);
        return;
      case 'Command':
        this.#command(node, undefined);
        return;
      case 'Pipeline':
        this.#pipeline(node);
        return;
      case 'Word':
        readWord(node, this);
        return;
      case 'Function':
        this.#function(node);
        return;
      case 'Assignment':
        this.#assignment(node);
        return;
      case 'Redirected':
        this.visit(node.command);
        for (const redirect of node.redirects) this.#redirect(redirect, this.#found.redirects);
        return;
      case 'Coproc':
        if (node.name !== undefined) this.assigned(node.name.value, undefined);
        break;
      case 'For':
      case 'Select':
        this.assigned(node.name.value, undefined);
        for (const word of node.wordlist ?? []) {
          if (word.parts === undefined) this.#found.value(node.name.value, word.value);
        }
        break;
      case 'ArithmeticCommand':
        // A shell without arithmetic commands reads a subshell in a subshell.
        if (this.#otherDepth === 0) this.#otherReading(`(${node.body})`);
        break;
      case 'TestCommand':
        // A shell without this test reads a command of that name, and then perhaps others.
        if (this.#otherDepth === 0) this.#otherReading(`\\${this.#source.slice(node.pos, node.end)}`);
        break;
      case 'ArithmeticBinary':
        if (assigns(node.operator) && node.left.type === 'ArithmeticWord') this.assigned(node.left.value, undefined);
        break;
      case 'ArithmeticWord':
        this.#subscripts(node.value);
        break;
      default:
    }
    this.#syntax.forEachChild(node, this.visit);
  }

  #script(node: ParsedScript): void {
    for (const { message } of node.errors ?? []) this.#found.faults.add(message);
    const outer = this.#source;
    if (node.source !== undefined) this.#source = node.source;
    this.#syntax.forEachChild(node, this.visit);
    this.#source = outer;
  }

  #since(from: number): readonly ShellCommand[] {
    return this.#commands.slice(from).filter((command) => command !== undefined);
  }

  #command(node: Command, fed: string | undefined): void {
    const at = this.#commands.push(undefined) - 1;
    const words: ShellWord[] = [];
    const assignments: ShellAssignment[] = [];
    const redirects: ShellRedirect[] = [];
    let stdin = fed;
    for (const part of [...node.prefix, ...(node.name === undefined ? [] : [node.name]), ...node.suffix]) {
      if (part.type === 'Word') words.push(readWord(part, this));
      else if (part.type !== 'Assignment') stdin = this.#redirect(part, redirects, stdin);
      else if (words.length === 0) assignments.push(this.#assignment(part).assignment);
      else words.push(this.#assignment(part).word);
    }
    const [first] = words;
    if (first !== undefined && !(this.#otherDepth > 0 && first.text === '[[')) {
      this.#commands[at] = this.#make({ words, assignments, redirects, inner: this.#since(at + 1), stdin });
      return;
    }
    this.#found.assignments.push(...assignments);
    this.#found.redirects.push(...redirects);
  }

  #pipeline(node: Pipeline): void {
    const members: (readonly ShellCommand[])[] = [];
    let fed: string | undefined;
    for (const command of node.commands) {
      const from = this.#commands.length;
      if (command.type === 'Command') this.#command(command, fed);
      else this.visit(command);
      const member = this.#since(from);
      members.push(member);
      fed = knownOutput(member);
    }
    if (members.length > 1) this.#found.pipelines.push(members);
  }

  #function(node: ShellFunction): void {
    const name = node.name.value;
    this.#found.defines.push(name);
    const from = this.#commands.length;
    this.visit(node.body);
    const itself = this.#since(from).filter(({ words }) => words[0]!.text === name);
    if (itself.length > 1 && /[|&]/.test(this.#source.slice(node.pos, node.end))) this.#found.forkBomb = true;
  }

  #assignment(node: Assignment): { readonly assignment: ShellAssignment; readonly word: ShellWord } {
    const { name, value, append, index } = node;
    const from = this.#commands.length;
    if (index !== undefined) this.visit(index);
    if (value.type === 'ArrayValue') {
      for (const element of value.elements) readWord(element, this);
      return { assignment: this.#noted(name, undefined, this.#since(from)), word: unknownWord(node.text, false) };
    }
    const word = readWord(value, this, index === undefined ? `${name}${append === true ? '+' : ''}=` : `${name}[]=`);
    const literal = word.dynamic || append === true ? undefined : word.text.slice(word.text.indexOf('=') + 1);
    return { assignment: this.#noted(name, literal, this.#since(from)), word };
  }

  #noted(name: string, value: string | undefined, inner: readonly ShellCommand[] = []): ShellAssignment {
    this.#found.value(name, value);
    if (value !== undefined) this.#subscripts(value);
    return { name, value, dynamic: false, inner };
  }

  /** Arithmetic expands the subscripts of whatever text it meets, also those of a variable's value. */
  #subscripts(text: string): void {
    const open = text.indexOf('[');
    if (open !== -1 && (text.includes('$(', open) || text.includes('`', open)))
      this.doubt('text that arithmetic would run');
  }

  /** Notes a redirection; answers what the command then reads on standard input, when that is known. */
  #redirect(node: Redirection, redirects: ShellRedirect[], stdin?: string): string | undefined {
    const { descriptor } = node;
    if (descriptor?.type === 'FileDescriptorVariable') this.assigned(descriptor.name, undefined);
    const input = descriptor === undefined || (descriptor.type === 'FileDescriptor' && descriptor.value === 0);
    if (node.type === 'HereDoc') {
      if (node.closing === undefined) this.#found.faults.add('a here document without an end');
      for (const part of node.body.parts ?? []) this.visit(part);
      return input ? hereText(node) : stdin;
    }
    if (node.target === undefined) {
      this.#found.faults.add('a redirection without a target');
      return undefined;
    }
    const target = readWord(node.target, this);
    if (node.type === 'HereString') {
      if (!input) return stdin;
      return target.dynamic ? undefined : `${target.text}\n`;
    }
    if (isPipeTo(node.target) || isDuplication(node.operator, target))
      return input && node.operator[0] === '<' ? undefined : stdin;
    redirects.push({ target, direction: node.operator === '<' ? 'read' : 'write' });
    return node.operator[0] === '<' && input ? undefined : stdin;
  }

  /** What another shell would read in the same characters counts as well, if it is not an error there. */
  #otherReading(text: string): void {
    const script = this.#syntax.parse(text);
    if (script.errors !== undefined) return;
    const outer = this.#source;
    this.#source = text;
    this.#otherDepth++;
    this.visit(script);
    this.#otherDepth--;
    this.#source = outer;
  }
}

function assigns(operator: string): boolean {
  return operator.endsWith('=') && !['==', '!=', '<=', '>='].includes(operator);
}
