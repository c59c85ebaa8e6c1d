/** One word of a command after quoting. */
export interface ShellWord {
  /** The word without its quotes; where it is not literal, as it stands in the text. */
  readonly text: string;
  /** What it becomes is known only when it runs: an expansion, a substitution, braces. */
  readonly dynamic: boolean;
  /** It may become several words, or none: an unquoted expansion, or a pattern of file names. */
  readonly splits: boolean;
  /** An unquoted `*`, `?` or `[…]`. */
  readonly glob: boolean;
  /** Literal text it is sure to begin and to end with. */
  readonly prefix: string;
  readonly suffix: string;
  /** What it is made of, when it is not literal. */
  readonly pieces: readonly Piece[];
}

/** A part of a word: literal text, a variable, the alternatives of braces, or something unknown. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly glob?: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean; readonly fallback?: string }
  | { readonly kind: 'choices'; readonly choices: readonly string[]; readonly quoted: boolean }
  | { readonly kind: 'unknown'; readonly quoted: boolean };

export interface ShellAssignment {
  readonly name: string;
  /** Undefined when it is not literal. */
  readonly value: string | undefined;
  /** The name itself is made when the script runs. */
  readonly dynamic: boolean;
  /** Commands that stand in the value. */
  readonly inner?: readonly ShellCommand[];
}

export interface ShellRedirect {
  readonly target: ShellWord;
  readonly direction: 'read' | 'write';
}

/** A place of a command that a pattern must name literally, since it decides what else runs. */
export interface Hazard {
  /** Index of the word; the number of words when it is what follows the last one. */
  readonly at: number;
  /** What it is, for people: `runs another command`, `-c sets any configuration`. */
  readonly about: string;
  /** The commands it runs, when they could be read: they are judged in its place. */
  readonly runs?: readonly ShellCommand[];
  /** It runs text that nobody can read before: the commands in it are unknown. */
  readonly unknown?: true;
  /** A program text in another language. */
  readonly code?: string;
}

/** One simple command: what `execve` or a builtin of the shell gets. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirects: readonly ShellRedirect[];
  readonly hazards: readonly Hazard[];
  /** It does nothing itself but run another command: `env`, `nice`, `timeout`. */
  readonly transparent: boolean;
  /** Commands that stand in its words, redirections and here documents. */
  readonly inner: readonly ShellCommand[];
  /** What it may be once variables of the script are put in; never reason enough to allow. */
  readonly guesses: readonly ShellCommand[];
}

/** Each member is all the commands that stand in it. */
export type ShellPipeline = readonly (readonly ShellCommand[])[];

/** What a text would run, in any shell that reads it as bash or POSIX sh does. */
export interface ShellFacts {
  /** Every simple command of the text and of the scripts nested in it, in the order of the text. */
  readonly commands: readonly ShellCommand[];
  readonly pipelines: readonly ShellPipeline[];
  /** Redirections that belong to no simple command. */
  readonly redirects: readonly ShellRedirect[];
  /** Assignments that belong to no simple command. */
  readonly assignments: readonly ShellAssignment[];
  /** Functions and aliases the text defines. */
  readonly defines: readonly string[];
  /** A function that starts itself more than once: it never ends. */
  readonly forkBomb: boolean;
  /** Why the text is not understood; empty when it is. */
  readonly faults: readonly string[];
  /** What shells read in different ways, or what runs text hidden in a variable. */
  readonly doubts: readonly string[];
}
