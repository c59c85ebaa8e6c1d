import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stands in every file nobody may read. */
export const SECRET = 'WHAT-NOBODY-MAY-READ';

/** A project with files that are closed, in a home with keys, and every sort of link to them. */
export interface Project {
  readonly home: string;
  readonly folder: string;
  /** The config that closes `private`. */
  readonly config: string;
}

export function layProject(home: string): Project {
  const folder = join(home, 'project');
  for (const path of ['src/deep', 'private/inner', 'café', 'a b']) mkdirSync(join(folder, path), { recursive: true });
  mkdirSync(join(home, '.ssh'));
  const closed = ['private/key.txt', 'private/inner/more.txt', '.env', 'src/.env.local', 'café/deploy.pem'];
  for (const path of closed) writeFileSync(join(folder, path), SECRET);
  writeFileSync(join(home, '.ssh/id_rsa'), SECRET);
  for (const path of ['src/a.txt', 'src/deep/b.txt', 'a b/c.txt']) writeFileSync(join(folder, path), 'open');
  const links: [string, string][] = [
    ['../private', 'src/in'],
    ['private/key.txt', 'plain.txt'],
    ['plain.txt', 'chain.txt'],
    ['src/in', 'chain'],
    ['.env', 'readme.md'],
    [join(folder, 'private'), 'absolute'],
    ['../../.ssh', 'src/keys'],
    ['.', 'self'],
    ['..', 'up'],
    ['src/deep', 'far'],
    ['private/key.txt', 'cafe\u0301.txt'],
    ['src', 'fine'],
  ];
  for (const [target, path] of links) symlinkSync(target, join(folder, path));
  linkSync(join(folder, 'private/key.txt'), join(folder, 'twin.txt'));
  const config = `
version: 1
policies:
  tools:
    "*": { paths: { deny: ["./private"] } }
`;
  return { home, folder, config };
}

/** Spellings of paths to what is closed, most of which the official filesystem server accepts. */
export function spellings({ home, folder }: Project): string[] {
  const key = 'private/key.txt';
  const inside = [
    key,
    `./${key}`,
    `.//${key}`,
    'private//key.txt',
    'private/./key.txt',
    'private/././/./key.txt',
    'private/inner/../key.txt',
    'private/inner/more.txt',
    'private/nothing/../key.txt',
    'src/../private/key.txt',
    'src/deep/../../private/key.txt',
    `src/../../project/${key}`,
    `../project/${key}`,
    `x/y/../../${key}`,
    `${key}/`,
    `${key}/.`,
    `${key}//`,
    'private/key.txt/../key.txt',
    'src/in/key.txt',
    'src/in/inner/more.txt',
    'src/in/../in/key.txt',
    'chain/key.txt',
    'chain/./key.txt',
    'chain/inner/../key.txt',
    'plain.txt',
    './plain.txt',
    'chain.txt',
    'chain.txt/',
    'absolute/key.txt',
    'absolute/inner/more.txt',
    'self/private/key.txt',
    'self/self/self/private/key.txt',
    'self/plain.txt',
    'self/src/in/key.txt',
    'up/project/private/key.txt',
    'up/project/plain.txt',
    'up/.ssh/id_rsa',
    'self/up/.ssh/id_rsa',
    'far/../../private/key.txt',
    'far/../in/key.txt',
    'fine/in/key.txt',
    'fine/.env.local',
    'fine/../.env',
    'twin.txt',
    'self/twin.txt',
    '.env',
    './.env',
    'self/.env',
    'src/.env.local',
    'src/./.env.local',
    'readme.md',
    'self/readme.md',
    'café/deploy.pem',
    'cafe\u0301/deploy.pem',
    'caf\u00e9.txt',
    'cafe\u0301.txt',
    'src/keys/id_rsa',
    'src/keys/../.ssh/id_rsa',
    '../.ssh/id_rsa',
    'private',
    'src/in',
    'chain',
  ];
  const disguised = [
    'private\\key.txt',
    'src\\..\\private\\key.txt',
    'private%2fkey.txt',
    'private%2Fkey.txt',
    '%2e/private/key.txt',
    'src/%2e%2e/private/key.txt',
    'src/..%2fprivate/key.txt',
    'src/..%252fprivate/key.txt',
    'src/%c0%ae%c0%ae/private/key.txt',
    'src/%u002e%u002e/private/key.txt',
    'private/key.txt\0',
    'private/key.txt\0.png',
    'private/key.txt\n',
    ' private/key.txt',
    'private/key.txt ',
    '\tprivate/key.txt',
    '"private/key.txt"',
    "'private/key.txt'",
    'pri\u200bvate/key.txt',
    'private/\u202ekey.txt',
    '\ufeffprivate/key.txt',
    'src/\uff0e\uff0e/private/key.txt',
    'private\uff0fkey.txt',
    'private\u2215key.txt',
    'src/\u2025/private/key.txt',
    '~/project/private/key.txt',
    '~/.ssh/id_rsa',
    '~/project/../.ssh/id_rsa',
    '~root/x',
    'C:/project/private/key.txt',
    '\\\\localhost\\c$\\private\\key.txt',
    'http://x/../../private/key.txt',
  ];
  const absolute = inside.map((path) => `${folder}/${path}`);
  const uris = [key, 'plain.txt', '.env', 'src/in/key.txt', 'src/../private/key.txt'].map(
    (path) => `file://${folder}/${path}`,
  );
  return [
    ...inside,
    ...disguised,
    ...absolute,
    ...uris,
    `//${folder}/${key}`,
    `/..${folder}/${key}`,
    `/proc/self/root${folder}/${key}`,
    `/proc/self/cwd/${key}`,
    `/dev/fd/../../proc/self/cwd/${key}`,
    `${home}/.ssh/id_rsa`,
    `FILE://localhost${folder}/${key}`,
    `file:${folder}/${key}`,
    `file://${folder}/private%2fkey.txt`,
  ];
}
