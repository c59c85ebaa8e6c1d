import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '../../backends/registry/keyring.ts';
import { folders } from '../../lib/config/folders.ts';
import { loadConfig } from '../../lib/config/load.ts';
import type { LockedBackend } from '../../lib/model/registry.ts';
import { formatLockfile } from '../../lib/registry/format.ts';
import { launchFingerprint } from '../../lib/registry/launch.ts';
import { isRefused, readItem } from '../../lib/registry/offered.ts';
import { sealed } from '../../lib/registry/seal.ts';
import { type Measure, measure } from './measure.ts';
import { interleaved, median } from './sampler.ts';
import { CLI, NODE, run } from './subject.ts';

const BACKENDS = 10;
const TOOLS = 12;
const BARE = `process.stdin.once("data", () => process.stdout.write("{}\\n"))`;

/** From the start of the process to the answer of `initialize`, with ten servers of npm that were pinned. */
export async function instantStart(rounds: number): Promise<Measure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  try {
    const config = configOf(folder);
    pin(folder, config);
    const commands: Readonly<Record<string, readonly string[]>> = {
      'bare Node': [NODE, '-e', BARE],
      sallyport: [NODE, CLI, 'run', '--config', config],
    };
    const runs = await interleaved(rounds * 5, Object.keys(commands), (name) =>
      run(commands[name]!, { mode: 'start', count: 0, configHome: join(folder, 'config') }),
    );
    const ms = Object.fromEntries([...runs].map(([name, all]) => [name, median(all.map(startOf))]));
    const text = `start to initialize result, ${BACKENDS} pinned npx backends`;
    return [measure(text, ms, 'ms', ms.sallyport! / ms['bare Node']!, '× bare Node', 2)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startOf({ values }: { readonly values: Record<string, number> }): number {
  return values.startMs!;
}

/** Packages nobody has: a start that asked npx for one would take seconds. */
export function configOf(folder: string): string {
  const backends = Array.from({ length: BACKENDS }, (_, index) => ({
    name: `b${index}`,
    command: 'npx',
    args: ['-y', `@example/server-${index}@1.0.0`],
  }));
  const file = join(folder, 'sallyport.yaml');
  writeFileSync(file, `version: 1\nbackends: ${JSON.stringify(backends)}\n`);
  return file;
}

export function pin(folder: string, file: string): void {
  const { config } = loadConfig({ flag: file, env: {}, folders: folders(), project: false }, {});
  const key = new Keyring(join(folder, 'config', 'sallyport', 'sallyport.yaml')).own();
  const sections = config.backends.map((backend): readonly [string, LockedBackend] => {
    const launch = { fingerprint: launchFingerprint(backend, config) };
    return [backend.name, sealed(backend.name, { launch, ...SURFACE }, key)];
  });
  writeFileSync(config.registry.lockfile!, formatLockfile({ version: 1, backends: Object.fromEntries(sections) }));
}

const SURFACE: Pick<LockedBackend, 'server' | 'items'> = {
  server: {
    era: 'legacy',
    result: {
      protocolVersion: '2025-11-25',
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: 'example', version: '1.0.0' },
    },
  },
  items: Array.from({ length: TOOLS }, (_, index) => {
    const name = `tool_${String(index).padStart(2, '0')}`;
    const properties = Object.fromEntries(
      ['path', 'query', 'limit', 'format'].map((key) => [
        key,
        { type: 'string', description: `The ${key}. `.repeat(6) },
      ]),
    );
    const definition = {
      name,
      description: 'Does what a tool does. '.repeat(20),
      inputSchema: { type: 'object', properties },
    };
    const item = readItem('tool', JSON.stringify(definition));
    if (isRefused(item)) throw new Error(item.why);
    return item;
  }),
};
