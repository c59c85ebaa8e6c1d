import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT_FOLDER = '/usr/lib/postgresql';

/** A PostgreSQL of its own in a temporary folder, reached by a socket there. */
export interface PostgresServer {
  /** What a script of statements prints, without decoration; a statement that fails does not end it. */
  run(script: string): { readonly output: string; readonly errors: string };
  stop(): void;
}

/** Where Debian puts the programs of the server; undefined when it is not installed. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(ROOT_FOLDER)) return undefined;
  const versions = readdirSync(ROOT_FOLDER).sort((one, other) => Number(other) - Number(one));
  return versions.map((version) => join(ROOT_FOLDER, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** Starts a server as a user that is not root, which it refuses to run as; with `port` it listens on 127.0.0.1 as well. */
export function startPostgres(bin: string, setup: string, port?: number): PostgresServer {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pg-'));
  const asUser = user();
  if (asUser !== undefined) chownSync(folder, asUser.uid, asUser.gid);
  const data = join(folder, 'data');
  const options = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }, ...asUser };
  const quiet = { ...options, stdio: 'ignore' as const };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'owner', '-E', 'UTF8'], quiet);
  const listen = port === undefined ? '-c listen_addresses=' : `-c listen_addresses=127.0.0.1 -p ${port}`;
  const settings = `-k ${folder} ${listen} -c fsync=off`;
  execFileSync(join(bin, 'pg_ctl'), ['-D', data, '-o', settings, '-l', join(folder, 'log'), '-w', 'start'], quiet);
  const run = (script: string) => {
    const args = ['-X', '-q', '-A', '-t', '-h', folder, '-p', String(port ?? 5432), '-U', 'owner', '-d', 'postgres'];
    const { stdout, stderr } = spawnSync(join(bin, 'psql'), args, { ...options, input: script, encoding: 'utf8' });
    return { output: stdout, errors: stderr };
  };
  run(setup);
  return {
    run,
    stop: () => {
      execFileSync(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], quiet);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function user(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
