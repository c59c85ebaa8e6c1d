import type { Edit } from '../../model/decision.ts';
import { fileUriOf } from '../../parse/path/file-uri.ts';
import { replaceAt } from '../../wire/replace.ts';
import type { Grounds } from './ground.ts';
import type { Subject } from './subject.ts';

/**
 * The edit that forwards a path in the form that was judged, the real folder with the name in it, so that check and use
 * mean one file and a deletion still meets the link; undefined when it stands there in that form. It stays a file URI
 * where it was one, and keeps a slash at the end.
 */
export function forwarding({ value, read, facts }: Subject, platform: Grounds['platform']): Edit | undefined {
  const { path, text, at } = value;
  if (path === undefined || text === '' || read.foreign) return undefined;
  const unchanged = read.path === facts.named && read.climbing === undefined;
  if (unchanged && read.form === 'file-uri') return undefined;
  const target = read.slash && !facts.named.endsWith('/') ? `${facts.named}/` : facts.named;
  const written = platform === 'windows' ? target.replaceAll('/', '\\') : target;
  const next = read.form === 'file-uri' ? fileUriOf(target) : written;
  if (next === text) return undefined;
  return { name: `resolve ${at}`, apply: (body) => replaceAt(body, path, JSON.stringify(next)) };
}
