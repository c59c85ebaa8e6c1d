import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './support/paths.ts';

/**
 * What each part may import besides itself; docs/ARCHITECTURE.md says why. `gateway/…` and `config/…` are the folders
 * below these two; `gateway` and `config` are the files in them, but for the one that puts a gateway together.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  model: ['wire'],
  protocol: ['model', 'wire'],
  translate: ['model', 'protocol', 'wire'],
  threads: [],
  parse: ['model', 'threads'],
  presets: ['model'],
  anomaly: ['model'],
  quota: ['model'],
  inspect: ['model', 'threads', 'wire'],
  registry: ['inspect', 'model'],
  policy: ['model', 'parse', 'presets', 'quota', 'wire'],
  checks: ['inspect', 'model', 'parse', 'policy', 'presets', 'quota', 'wire'],
  approvals: ['model', 'parse', 'policy', 'presets', 'registry', 'wire'],
  confine: ['checks', 'model', 'parse', 'policy'],
  audit: ['model', 'policy', 'wire'],
  authoring: ['audit', 'config', 'config/files', 'model', 'parse', 'policy', 'wire'],
  clients: ['model'],
  scan: ['config/words', 'inspect', 'model', 'registry'],
  attack: ['authoring', 'config/files', 'model', 'parse', 'policy', 'presets', 'registry', 'wire'],
  observe: ['model'],
  alerts: ['model'],
  metrics: ['model'],
  tracing: ['model', 'wire'],
  config: [
    'config/faults',
    'config/files',
    'config/project',
    'config/schema',
    'config/sections',
    'config/words',
    'model',
  ],
  'config/faults': [
    'config',
    'config/files',
    'config/schema',
    'config/sections',
    'config/words',
    'model',
    'policy',
    'presets',
    'protocol',
  ],
  'config/sections': ['config', 'config/files', 'config/schema', 'config/words', 'model', 'presets'],
  'config/project': ['config', 'config/files', 'model'],
  'config/files': ['config', 'config/schema', 'model'],
  'config/schema': ['config/words', 'model', 'policy', 'presets'],
  'config/words': ['config', 'model'],
  gateway: ['model', 'policy', 'protocol', 'wire'],
  'gateway/tasks': ['gateway', 'gateway/bridge', 'model', 'protocol', 'translate', 'wire'],
  'gateway/questions': ['gateway', 'gateway/tasks', 'model', 'protocol', 'wire'],
  'gateway/lists': ['gateway', 'gateway/tasks', 'model', 'protocol', 'translate', 'wire'],
  'gateway/bridge': ['gateway', 'model', 'protocol', 'translate', 'wire'],
  'gateway/route': ['gateway', 'gateway/bridge', 'gateway/tasks', 'model', 'protocol', 'translate', 'wire'],
  'gateway/streams': ['gateway', 'gateway/route', 'gateway/tasks', 'model', 'policy', 'protocol', 'translate', 'wire'],
  'gateway/backend': [
    'gateway',
    'gateway/lists',
    'gateway/questions',
    'gateway/route',
    'gateway/tasks',
    'model',
    'parse',
    'policy',
    'protocol',
    'translate',
    'wire',
  ],
  'gateway/client': [
    'gateway',
    'identity',
    'gateway/lists',
    'gateway/questions',
    'gateway/route',
    'gateway/streams',
    'model',
    'protocol',
    'translate',
    'wire',
  ],
  'gateway/fleet': ['gateway', 'gateway/backend', 'gateway/bridge', 'gateway/client', 'model', 'translate'],
  'gateway.ts': [
    'gateway',
    'gateway/backend',
    'gateway/client',
    'gateway/fleet',
    'gateway/lists',
    'identity',
    'model',
    'policy',
    'protocol',
    'wire',
  ],
  identity: ['model'],
  issuing: ['model'],
  http: ['gateway', 'identity', 'model', 'protocol', 'wire'],
  backends: ['anomaly', 'approvals', 'identity', 'issuing', 'model', 'parse', 'protocol', 'quota', 'registry', 'wire'],
  cli: [
    'alerts',
    'anomaly',
    'approvals',
    'attack',
    'audit',
    'authoring',
    'backends',
    'checks',
    'clients',
    'config',
    'config/faults',
    'config/files',
    'config/project',
    'config/schema',
    'config/words',
    'confine',
    'gateway',
    'gateway.ts',
    'http',
    'identity',
    'inspect',
    'issuing',
    'metrics',
    'model',
    'observe',
    'parse',
    'policy',
    'quota',
    'registry',
    'scan',
    'tracing',
    'wire',
  ],
};

/** Where each package may be imported (docs/adr/0002). */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  '@opentelemetry/api': /^lib\/(tracing\/otlp-sink|metrics\/otlp-points)\.ts$/,
  '@opentelemetry/core': /^lib\/(tracing\/otlp-sink|metrics\/otlp-push)\.ts$/,
  '@opentelemetry/exporter-trace-otlp-http': /^lib\/tracing\/otlp-sink\.ts$/,
  '@opentelemetry/otlp-exporter-base': /^lib\/metrics\/otlp-push\.ts$/,
  '@opentelemetry/otlp-exporter-base/node-http': /^lib\/metrics\/otlp-push\.ts$/,
  '@opentelemetry/otlp-transformer': /^lib\/metrics\/otlp-push\.ts$/,
  '@opentelemetry/resources': /^lib\/tracing\/resource\.ts$/,
  '@opentelemetry/sdk-metrics': /^lib\/metrics\/otlp-(points|push)\.ts$/,
  '@opentelemetry/sdk-trace-base': /^lib\/tracing\/otlp-sink\.ts$/,
  'prom-client': /^lib\/metrics\/exposition\.ts$/,
  commander: /^cli\/(program|program\/[\w-]+|main|commands\/completion)\.ts$/,
  '@bomb.sh/tab/commander': /^cli\/commands\/completion\.ts$/,
  'env-paths': /^lib\/config\/folders\.ts$/,
  'ipaddr.js': /^lib\/parse\/address\.ts$/,
  re2js: /^lib\/parse\/(pattern|cel\/expression|schema\/ecma-pattern)\.ts$/,
  '@bufbuild/cel': /^lib\/parse\/cel\/\w+\.ts$/,
  '@huggingface/tokenizers': /^backends\/detectors\/onnx\/model\.ts$/,
  '@bufbuild/protobuf/wkt': /^lib\/parse\/cel\/expression\.ts$/,
  execa: /^backends\/one-shot\.ts$/,
  ndjson: /^lib\/audit\/read\.ts$/,
  'rate-limiter-flexible': /^lib\/quota\/windows\.ts$/,
  unbash: /^lib\/parse\/(shell|shell\/(script|words|redirects))\.ts$/,
  jsonwebtoken: /^(lib\/(identity\/tokens\/verify|issuing\/token-mint)|backends\/authorization\/assertion)\.ts$/,
  winston: /^lib\/observe\/log\.ts$/,
  yaml: /^lib\/config\/files\/source\.ts$/,
  zod: /^(lib\/config\/(schema\/[\w-]+|files\/validate)|cli\/commands\/schema)\.ts$/,
};

const MOST_LINES = 300;

interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** Files of the project it imports. */
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

const sources = ['lib', 'cli', 'backends'].flatMap((folder) => sourcesIn(folder));

function sourcesIn(folder: string, ends = /\.ts$/): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ends.test(name))
    .map((name) => sourceFile(join(folder, name).split(sep).join('/')));
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const named = [...text.matchAll(/(?:^(?:import|export|\}).* from |^import |import\()'([^']+)'/gm)].map(
    ([, name]) => name!,
  );
  return {
    path,
    lines: text.split('\n').length - 1,
    imports: named
      .filter((name) => name.startsWith('.'))
      .map((name) =>
        normalize(join(dirname(path), name))
          .split(sep)
          .join('/'),
      ),
    packages: named.filter((name) => !name.startsWith('.') && !name.startsWith('node:')),
  };
}

function partOf(path: string): string {
  const [top, module, folder, below] = path.split('/') as [string, string, string?, string?];
  if (top !== 'lib') return top;
  if (path === 'lib/gateway/gateway.ts') return 'gateway.ts';
  return (module === 'gateway' || module === 'config') && below !== undefined ? `${module}/${folder}` : module;
}

/** A file that reaches itself, by the way it does; undefined when there is none. */
function cycle(): string[] | undefined {
  const files = new Map(sources.map((file) => [file.path, file.imports]));
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of files.get(path) ?? []) {
      const found = visit(next, [...way, path]);
      if (found !== undefined) return found;
    }
    done.add(path);
    return undefined;
  };
  for (const { path } of sources) {
    const found = visit(path, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

test('each part imports only what it may', () => {
  const wrong = sources.flatMap(({ path, imports }) => {
    const part = partOf(path);
    const allowed = MAY_IMPORT[part];
    assert.ok(allowed !== undefined, `${path} belongs to no part of docs/ARCHITECTURE.md`);
    return imports
      .filter((target) => partOf(target) !== part && !allowed.includes(partOf(target)))
      .map((target) => `${path} imports ${target}`);
  });
  assert.deepEqual(wrong, []);
});

test('every permission to import is used', () => {
  const used = new Set(sources.flatMap(({ path, imports }) => imports.map((to) => `${partOf(path)} -> ${partOf(to)}`)));
  const unused = Object.entries(MAY_IMPORT).flatMap(([part, allowed]) =>
    allowed.map((to) => `${part} -> ${to}`).filter((edge) => !used.has(edge)),
  );
  assert.deepEqual(unused, []);
});

test('no file imports itself by way of others', () => assert.deepEqual(cycle(), undefined));

test('each package is imported in its one place', () => {
  const wrong = sources.flatMap(({ path, packages }) =>
    packages.filter((name) => PACKAGES[name]?.test(path) !== true).map((name) => `${path} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});

test('no source file is longer than a reader can hold', () => {
  // What is recorded for tests is data, and not written in these languages.
  const around = ['tests', 'scripts'].flatMap((folder) => sourcesIn(folder, /\.(ts|mjs)$/));
  assert.ok(around.length > 500, `only ${around.length} files beside the product`);
  const long = [...sources, ...around]
    .filter(({ lines }) => lines > MOST_LINES)
    .map(({ path, lines }) => `${path}: ${lines}`);
  assert.deepEqual(long, []);
});

test('every path docs/ARCHITECTURE.md names is there', () => {
  const text = readFileSync(join(ROOT, 'docs', 'ARCHITECTURE.md'), 'utf8');
  const paths = [...text.matchAll(/`((?:lib|cli|backends|deploy|tests|scripts|docs)\/[\w./-]*)`/g)].map(
    ([, path]) => path!,
  );
  assert.ok(paths.length >= 20, `only ${paths.length} paths`);
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
  const parts = readdirSync(join(ROOT, 'lib')).map((name) => `lib/${name}/`);
  const unnamed = [...parts, 'cli/', 'backends/'].filter((part) => !paths.includes(part));
  assert.deepEqual(unnamed, [], `parts ${relative(ROOT, 'docs/ARCHITECTURE.md')} does not name`);
});
