import type { Config } from '../../model/config.ts';
import type { Files } from '../../model/files.ts';
import { type Later, then } from '../../model/later.ts';
import type { Baseline, BaselineName } from '../../model/rules.ts';
import { compilePathGlob, type Names } from '../../policy/path-glob.ts';
import { runsTheSame } from './contents.ts';
import { type Grounds, slashes } from './ground.ts';
import { denied, type Objection, objection, stricter } from './outcome.ts';
import { compilePattern, type PathPattern } from './patterns.ts';
import type { Subject } from './subject.ts';
import {
  CONTROL_FILES,
  CONTROL_NAMES,
  CREDENTIAL_FILES,
  DEVICES,
  EXAMPLES_OF_THEM,
  PACKAGE_FILE,
  READABLE_OF_THEM,
} from './well-known.ts';
import { contains, restricted } from './whole-folders.ts';

/** A `package.json` is compared up to this size, and asked about beyond it. */
const MAX_PACKAGE_BYTES = 1_000_000;
const ALWAYS = 'nothing allows this: it is always denied';

/** What is known of the call besides its paths. */
export interface Doing {
  readonly writes: boolean;
  /** The file is on this machine. */
  readonly local: boolean;
  /** A rule of the operator names the place the path lies in. */
  readonly granted: boolean;
  /** The whole new text of the file, where the call brings it. */
  readonly content: string | undefined;
}

type Matcher = Pick<PathPattern, 'matches' | 'roots'>;

/** The rules of the profile over paths, and those nobody can set aside. */
export class PathBaseline {
  readonly #baseline: Baseline;
  readonly #files: Files;
  readonly #own: readonly Matcher[];
  readonly #devices: readonly Matcher[];
  readonly #credentials: readonly Matcher[];
  readonly #readable: readonly Matcher[];
  readonly #writable: readonly Matcher[];
  readonly #control: readonly Matcher[];
  readonly #package: readonly Matcher[];
  readonly #project: readonly Matcher[];

  constructor(config: Config, grounds: Grounds, files: Files) {
    this.#baseline = config.policies.baseline;
    this.#files = files;
    const compiled = (globs: readonly string[]) =>
      globs.map((glob) => compilePattern({ glob, rule: '', source: '' }, 'restricts', grounds.home, grounds, files));
    const literal = (path: string) => compileLiteral(slashes(path, grounds.platform), files);
    this.#own = config.ownPaths.flatMap(literal);
    this.#devices = DEVICES.map((path) => anywhere(path, '', true));
    this.#credentials = compiled(CREDENTIAL_FILES);
    this.#readable = READABLE_OF_THEM.map((glob) => anywhere('/', glob, false));
    this.#writable = EXAMPLES_OF_THEM.map((glob) => anywhere('/', glob, false));
    this.#control = [...compiled(CONTROL_FILES), ...CONTROL_NAMES.map((glob) => anywhere('/', glob, false))];
    this.#package = [anywhere('/', PACKAGE_FILE, false)];
    this.#project = grounds.project === undefined ? [] : literal(grounds.project);
  }

  /** What the text of a path alone is enough to deny: our own files, and what is no file. */
  judgeText(subject: Subject): Objection | undefined {
    const { forms, value } = subject;
    if (someForm(this.#own, forms, true) || holdsAny(subject, this.#own)) {
      return denied('SP3101', { rule: "Sallyport's own files", source: 'built in' }, value.at, ALWAYS);
    }
    if (!someForm(this.#devices, forms, false)) return undefined;
    return denied('SP3101', { rule: 'devices', source: 'built in' }, value.at, ALWAYS);
  }

  /** Whether a file a reply names is one no call may read. */
  withholds(forms: readonly Names[]): boolean {
    if (someForm(this.#own, forms, true)) return true;
    return this.#baseline.credential_files.value === 'deny' && this.#holdsCredentials(forms, false, false);
  }

  /** What the text of a path is enough to deny when it is read, credentials included. */
  judgeSecret(subject: Subject): Objection | undefined {
    const early = this.judgeText(subject);
    if (early !== undefined || !this.#holdsCredentials(subject.forms, false, false)) return early;
    const place = this.#baseline.credential_files;
    return objection(place.value, place, subject.value.at, 'set policies.baseline.credential_files: allow');
  }

  judge(subject: Subject, doing: Doing): Later<Objection | undefined> {
    const { forms, foldsCase, facts } = subject;
    let found = this.judgeText(subject);
    const add = (name: BaselineName) => {
      const place = this.#baseline[name];
      const fix = `set policies.baseline.${name}: allow`;
      found = stricter(found, objection(place.value, place, subject.value.at, fix));
    };
    const restrictedForms = restricted(subject);
    if (this.#holdsCredentials(restrictedForms, foldsCase, doing.writes) || holdsAny(subject, this.#credentials)) {
      add('credential_files');
    }
    if (!doing.local) return found;
    if (facts.links > 1 && facts.kind === 'file') add('hard_links');
    const outside = doing.writes ? 'outside_writes' : 'outside_reads';
    if (!this.#yields(outside, doing) && !this.#inProject(forms)) add(outside);
    if (!doing.writes) return found;
    if (someForm(this.#control, restrictedForms, foldsCase)) add('control_files');
    if (found?.effect === 'deny' || !someForm(this.#package, forms, foldsCase)) return found;
    return then(this.#changesScripts(subject, doing.content), (changes) => {
      if (changes) add('control_files');
      return found;
    });
  }

  /** A rule that names the place was written by somebody who knows it; a setting of the baseline is no default any more. */
  #yields(name: BaselineName, { granted }: Doing): boolean {
    return granted && this.#baseline[name].source.startsWith('default (');
  }

  #inProject(forms: readonly Names[]): boolean {
    return this.#project.length > 0 && forms.every((names) => this.#project.some((glob) => glob.matches(names, false)));
  }

  #holdsCredentials(forms: readonly Names[], foldsCase: boolean, writes: boolean): boolean {
    return forms.some((names) => {
      if (!someForm(this.#credentials, [names], foldsCase)) return false;
      return !someForm(writes ? this.#writable : this.#readable, [names], false);
    });
  }

  #changesScripts({ facts }: Subject, content: string | undefined): Later<boolean> {
    if (content === undefined) return true;
    return then(this.#files.text(facts.real, MAX_PACKAGE_BYTES), (before) => {
      if (before === undefined && facts.kind !== 'nothing') return true;
      return !runsTheSame(before, content);
    });
  }
}

/** Whether a folder that is taken whole holds one of these. */
function holdsAny(subject: Subject, globs: readonly Matcher[]): boolean {
  return subject.inner.length > 0 && globs.some(({ roots }) => contains(subject, roots));
}

function anywhere(root: string, glob: string, below: boolean): Matcher {
  return { ...compilePathGlob(root, glob, below), roots: [] };
}

/** A folder or file as it is named and as it really is. */
function compileLiteral(path: string, files: Files): Matcher[] {
  const found: Matcher[] = [{ ...compilePathGlob(path, '', true), roots: [path] }];
  try {
    const facts = then(files.look(path), ({ real }) => {
      if (real !== path) found.push({ ...compilePathGlob(real, '', true), roots: [real] });
    });
    Promise.resolve(facts).catch(() => undefined);
  } catch {
    // What cannot be looked up keeps the one name it has.
  }
  return found;
}

function someForm(globs: readonly Matcher[], forms: readonly Names[], foldsCase: boolean): boolean {
  for (const glob of globs)
    for (const names of forms) if (glob.matches(names, false) || (foldsCase && glob.matches(names, true))) return true;
  return false;
}
