import type { Stats } from 'node:fs';
import { type Answer, type Question, walkPath } from '../../../backends/path-walk.ts';
import { type FileFacts, type Files, unlooked } from '../../../lib/model/files.ts';

/** A file of a table: its text, a link, or what its size and its names are. A path that ends in `/` is a folder. */
export type FileText =
  | string
  | { readonly link: string }
  | { readonly bytes: number }
  | { readonly text: string; readonly names: number }
  | null;

/** A file system in memory; folders of what is listed are there, too. Without a list nothing is there. */
export class MemoryFiles implements Files {
  readonly #files = new Map<string, FileText>();
  readonly #admitted: string[] = [];
  readonly #foldsCase: boolean;

  constructor(files: Readonly<Record<string, FileText>> = {}, foldsCase = false) {
    this.#foldsCase = foldsCase;
    for (const [path, file] of Object.entries(files)) {
      const names = path.split('/').filter((name) => name !== '');
      for (let i = 1; i < names.length; i++) this.#add(`/${names.slice(0, i).join('/')}`, null);
      this.#add(`/${names.join('/')}`, path.endsWith('/') ? null : file);
    }
  }

  admit(folders: readonly string[]): void {
    this.#admitted.push(...folders);
  }

  look(path: string): FileFacts {
    if (!this.#isIn(path)) return unlooked(path);
    const walk = walkPath(
      path,
      (one) => this.#isIn(one) || this.#admitted.some((root) => root.startsWith(one === '/' ? one : `${one}/`)),
      () => this.#foldsCase,
    );
    let next = walk.next();
    while (next.done !== true) next = walk.next(this.#answer(next.value));
    return next.value;
  }

  text(path: string, maxBytes: number): string | undefined {
    const file = this.#files.get(this.#key(path));
    const text =
      typeof file === 'string' ? file : file !== null && file !== undefined && 'text' in file ? file.text : undefined;
    return text !== undefined && text.length <= maxBytes ? text : undefined;
  }

  #answer({ ask, path }: Question): Answer {
    if (ask === 'names') return this.#namesIn(path);
    const file = this.#files.get(this.#key(path));
    if (ask === 'readlink') return (file as { link: string }).link;
    return file === undefined ? undefined : statsOf(file);
  }

  #namesIn(folder: string): string[] {
    const start = folder === '/' ? '/' : `${folder}/`;
    const inside = [...this.#files.keys()].filter((path) => path.startsWith(start) && path !== folder);
    return inside.map((path) => path.slice(start.length)).filter((name) => !name.includes('/'));
  }

  #add(path: string, file: FileText): void {
    const key = this.#key(path);
    if (file !== null || !this.#files.has(key)) this.#files.set(key, file);
  }

  #key(path: string): string {
    return this.#foldsCase ? path.toLowerCase() : path;
  }

  #isIn(path: string): boolean {
    return this.#admitted.some((root) => path === root || path.startsWith(root === '/' ? root : `${root}/`));
  }
}

function statsOf(file: FileText): Stats {
  const isLink = typeof file === 'object' && file !== null && 'link' in file;
  const isFolder = file === null;
  const size = typeof file === 'string' ? file.length : file !== null && 'bytes' in file ? file.bytes : 0;
  const nlink = file !== null && typeof file === 'object' && 'names' in file ? file.names : 1;
  return {
    isSymbolicLink: () => isLink,
    isDirectory: () => isFolder,
    isFile: () => !isLink && !isFolder,
    size,
    nlink,
  } as Stats;
}
