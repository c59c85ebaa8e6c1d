import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECHO, NODE, RESPONDER } from '../subject.ts';

export const OFF = 'no sandbox';
export const LIMITED = 'no sandbox, limits';
export const CUT_OFF = 'no network';
export const PROXIED = 'proxy';
export const FORWARDED = 'proxy, 3 hosts';

/** What is compared; a sandbox has the usual limits unless it is told others, so the limits are there alone as well. */
const SECTIONS: Readonly<Record<string, object>> = {
  [OFF]: { mode: 'off' },
  [LIMITED]: { mode: 'off', memory: '2GB', processes: 512, open_files: 4096 },
  [CUT_OFF]: { mode: 'required', network: 'none' },
  [PROXIED]: { mode: 'required', network: 'proxy' },
  [FORWARDED]: {
    mode: 'required',
    network: 'proxy',
    domains: { allow: ['api.example.com', 'db.example.com:5432', 'files.example.com'] },
  },
};

export const VARIANTS = Object.keys(SECTIONS);

/** Command lines of servers: one whose own start is next to nothing, and the least in Node. */
export const SERVERS: Readonly<Record<string, readonly string[]>> = {
  shell: ['/bin/sh', RESPONDER],
  Node: [NODE, ECHO],
};

/** Writes the config of a variant, with so many backends; answers where it is. */
export function configOf(folder: string, variant: string, backends = 0): string {
  const file = join(folder, `${VARIANTS.indexOf(variant)}-${backends}.yaml`);
  const [command, ...args] = SERVERS['shell']!;
  const named = Array.from({ length: backends }, (_, at) => ({ name: `b${at}`, command, args }));
  const config = { version: 1, security: { sandbox: SECTIONS[variant] }, ...(backends > 0 ? { backends: named } : {}) };
  writeFileSync(file, JSON.stringify(config));
  return file;
}
