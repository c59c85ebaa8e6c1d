import { chmodSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { execa } from 'execa';
import { temporaryFolder } from '../folder.ts';
import { type Message, Peer } from '../mcp/peer.ts';
import { CLI, FIXTURE_SERVER, ROOT } from '../paths.ts';
import type { Ended } from '../program/command.ts';
import { auditFiles, readLines } from '../program/gateway.ts';
import { SINK_VARIABLES } from './sink-variables.ts';

const SERVERS = join(ROOT, 'node_modules', '@modelcontextprotocol');
/** Servers that are installed here. */
const OFFICIAL = readdirSync(SERVERS)
  .filter((name) => name.startsWith('server-'))
  .map((name) => `@modelcontextprotocol/${name}`);

/** Starts what is installed here in exactly the version asked for, and the fixture server for any other package. */
const NPX = `#!${process.execPath}
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const argv = process.argv.slice(2);
if (argv.includes('--version')) { console.log('11.0.0'); process.exit(0); }
const INSTALLED = ${JSON.stringify(OFFICIAL)};
const packages = argv.filter((arg) => arg.startsWith('--package=')).map((arg) => arg.slice(10));
if (packages.length > 0) { install(packages); process.exit(0); }
const at = argv.indexOf('-y') + 1;
const [, name, version] = /^(.+)@([^@]+)$/.exec(argv[at]) ?? [];
const folder = join(${JSON.stringify(join(ROOT, 'node_modules'))}, name);
let file = ${JSON.stringify(FIXTURE_SERVER)};
if (existsSync(folder)) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (manifest.version !== version) throw new Error(name + ' is here as ' + manifest.version + ', asked for ' + version);
  file = join(folder, Object.values(manifest.bin)[0]);
}
process.argv.splice(1, Infinity, file, ...argv.slice(at + 1));
import(pathToFileURL(file).href);
function linkedOnce(from, to) {
  try { symlinkSync(from, to); } catch (error) { if (error.code !== 'EEXIST') throw error; }
}
function install(specs) {
  const key = createHash('sha512').update(specs.join('\\n')).digest('hex').slice(0, 16);
  const modules = join(process.env.npm_config_cache, '_npx', key, 'node_modules');
  for (const spec of specs) {
    const [, name = spec, version = '1.0.0'] = /^(.+)@([^@]+)$/.exec(spec) ?? [];
    const [here, to] = [join(${JSON.stringify(join(ROOT, 'node_modules'))}, name), join(modules, name)];
    mkdirSync(dirname(to), { recursive: true });
    if (existsSync(to)) continue;
    // What is installed here cannot be looked at from where packages are installed for a sandbox.
    if (INSTALLED.includes(name)) linkedOnce(here, to);
    else {
      mkdirSync(to, { recursive: true });
      writeFileSync(join(to, 'package.json'), JSON.stringify({ name, version, bin: 'server.js' }));
      linkedOnce(${JSON.stringify(FIXTURE_SERVER)}, join(to, 'server.js'));
    }
  }
  writeFileSync(join(modules, '.package-lock.json'), '{}');
}
`;

/** Someone who copies examples from the pages: a fresh home, a project, and the programs the pages name. */
export class Reader {
  readonly home: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;

  /** `more` are variables the reader has set. */
  constructor(t: TestContext, more: Readonly<Record<string, string>> = {}) {
    this.home = realpathSync(temporaryFolder(t));
    this.project = join(this.home, 'project');
    const bin = join(this.home, 'bin');
    for (const folder of [bin, this.project, join(this.home, 'memory')]) mkdirSync(folder);
    program(join(bin, 'npx'), NPX);
    program(join(bin, 'sallyport'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`);
    writeFileSync(join(this.project, 'search-server.js'), `import(${JSON.stringify(FIXTURE_SERVER)});\n`);
    this.env = {
      ...process.env,
      HOME: this.home,
      PATH: [bin, process.env.PATH].join(delimiter),
      NO_COLOR: '1',
      GITHUB_TOKEN: 'a-token-of-the-reader',
      WIKI_TOKEN: 'another-token-of-the-reader',
      AUDIT_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      IDP_CLIENT_SECRET: 'a-client-secret-of-the-reader',
      ...SINK_VARIABLES,
      ...Object.fromEntries(['CONFIG', 'STATE', 'CACHE', 'DATA'].map((kind) => [`XDG_${kind}_HOME`, undefined])),
      SALLYPORT_CONFIG: undefined,
      CLAUDE_PROJECT_DIR: undefined,
      ...more,
    };
  }

  /** Runs one line as a shell would, in the project. */
  async type(line: string): Promise<Ended> {
    const ended = await execa('sh', ['-c', line], {
      env: this.env as Record<string, string>,
      extendEnv: false,
      cwd: this.project,
      input: '',
      reject: false,
    });
    return { code: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
  }

  /** Starts one line that does not end by itself. */
  start(t: TestContext, line: string, env: Readonly<Record<string, string>> = {}): Peer {
    return new Peer(t, 'sh', ['-c', `exec ${line}`], { env: { ...this.env, ...env }, cwd: this.project });
  }

  /** The audit records of one process. */
  records(pid: number): Message[] {
    const files = auditFiles(join(this.home, '.local', 'state', 'sallyport', 'audit'));
    return files
      .filter((file) => file.includes(`-${pid}-`))
      .flatMap((file) => readLines(file).map((line) => JSON.parse(line)));
  }

  /** Writes a file of the project and answers its path. */
  write(name: string, text: string): string {
    writeFileSync(join(this.project, name), text);
    return join(this.project, name);
  }
}

/** Words as one line a shell parts into the same words again. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}

function program(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}
