import { type FileFacts, type Files, unlooked } from '../../model/files.ts';
import { isPromise, type Later, then } from '../../model/later.ts';
import type { NamedPath } from '../../parse/path/named-path.ts';
import type { JudgedValue } from '../../policy/judged-values.ts';
import { type Names, namesOf } from '../../policy/path-glob.ts';

/** One path of a call: how it was written, and everything it may turn out to be. */
export interface Subject {
  readonly value: JudgedValue;
  readonly read: NamedPath;
  readonly facts: FileFacts;
  /** The text, its place, its target, and the same for a file system that climbs from where links lead. */
  readonly forms: readonly Names[];
  /** Names that stand for what is in it, where a folder is taken whole. */
  readonly inner: readonly Names[];
  readonly foldsCase: boolean;
}

/** A path as far as its text goes. */
export function writtenSubject(value: JudgedValue, read: NamedPath): Subject {
  return { ...subjectOf(value, read, [unlooked(read.path)]), foldsCase: false };
}

/** Looks a path up where that is possible; throws or rejects when it is not answered. */
export function lookUp(value: JudgedValue, read: NamedPath, files: Files | undefined): Later<Subject> {
  if (files === undefined) return subjectOf(value, read, [unlooked(read.path)]);
  const facts = files.look(read.path);
  if (read.climbing === undefined && !isPromise(facts)) return subjectOf(value, read, [facts]);
  const climbed = read.climbing === undefined ? undefined : files.look(read.climbing);
  return then(facts, (one) =>
    then(climbed, (other) => subjectOf(value, read, other === undefined ? [one] : [one, other])),
  );
}

function subjectOf(value: JudgedValue, read: NamedPath, found: readonly FileFacts[]): Subject {
  const paths = [read.path];
  for (const { named, real } of found) {
    if (!paths.includes(named)) paths.push(named);
    if (!paths.includes(real)) paths.push(real);
  }
  return {
    value,
    read,
    facts: found[0]!,
    forms: paths.map(namesOf),
    inner: [],
    foldsCase: found.some(({ foldsCase }) => foldsCase),
  };
}
