import { type Names, namesOf } from '../../policy/path-glob.ts';
import type { Subject } from './subject.ts';

/** Words in the name of a tool that say it takes a folder with all that is in it. */
const TAKES_ALL =
  /(?:^|[^a-z])(?:move|mv|rename|relocate|delete|del|remove|rm|rmdir|copy|cp|duplicate|link|symlink|archive|zip|tar|compress)(?:$|[^a-z])/;

/** Whether a tool that writes takes folders whole: what is closed in one would be open at its new place. */
export function takesFoldersWhole(tool: string): boolean {
  return TAKES_ALL.test(tool.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}

/** The subject with a name that stands for whatever is in it, when it is or may be a folder. */
export function withContents(subject: Subject): Subject {
  if (subject.facts.kind !== 'folder' && subject.facts.kind !== 'unknown') return subject;
  return { ...subject, inner: subject.forms.map(({ path }) => namesOf(`${path}/*`)) };
}

/** Whether a folder a rule speaks of lies in what is taken whole. */
export function contains({ forms, inner }: Subject, folders: readonly string[]): boolean {
  return inner.length > 0 && folders.some((folder) => forms.some(({ path }) => isBelow(folder, path)));
}

function isBelow(folder: string, path: string): boolean {
  return folder !== path && folder.startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** Everything a rule that restricts is put to. */
export function restricted({ forms, inner }: Subject): readonly Names[] {
  return inner.length === 0 ? forms : [...forms, ...inner];
}
