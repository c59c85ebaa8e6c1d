import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Wrapped } from '../../../lib/model/sandbox.ts';

/** Podman as it works on this machine, with an image that holds Node and a shell. */
export interface Podman {
  /** By its digest. */
  readonly image: string;
  /** With what podman needs to be told here. */
  readonly env: NodeJS.ProcessEnv;
  /** A command line as this machine can run it. */
  adapted(wrapped: Wrapped): Wrapped;
  /** Removes the image. */
  dispose(): void;
}

/** For machines where crun does not work. */
const OTHER_SETTINGS = '[engine]\nruntime = "runc"\n';
/** For machines that do not let limits be raised: podman raises this one unless it is told another. */
const KEPT_LIMIT = ['--ulimit', 'nproc=4096:4096'];

const IMAGE = `localhost/sallyport-test-${process.pid}`;
const PROGRAMS = [process.execPath, '/bin/sh', '/bin/cat', '/bin/sleep'];

/** Makes an image out of programs of this machine, or says why containers do not run here. */
export function podmanHere(): Podman | string {
  if (process.platform !== 'linux') return 'the image is made of programs of Linux';
  if (spawnSync('podman', ['info'], { stdio: 'ignore' }).status !== 0) return 'podman does not answer';
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-podman-'));
  const settings = join(folder, 'containers.conf');
  writeFileSync(settings, OTHER_SETTINGS);
  const dispose = () => {
    spawnSync('podman', ['rmi', '-f', IMAGE], { stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const image = imported(folder);
    const ways = [process.env, { ...process.env, CONTAINERS_CONF: settings }].flatMap((env) => [
      { env, more: [] },
      { env, more: KEPT_LIMIT },
    ]);
    let said = '';
    for (const { env, more } of ways) {
      const limits = ['--memory', '64m', '--ulimit', 'core=0:0', '--ulimit', 'nofile=256:256'];
      const run = ['run', ...more, '--rm', '--network', 'none', ...limits, image, '/bin/sh', '-c', 'exit 0'];
      const { status, stderr } = spawnSync('podman', run, { env, encoding: 'utf8' });
      const adapted = (wrapped: Wrapped) => ({ ...wrapped, args: ['run', ...more, ...wrapped.args.slice(1)] });
      if (status === 0) return { image, env, adapted, dispose };
      said = stderr.trim();
    }
    dispose();
    return `podman runs no container: ${said}`;
  } catch (error) {
    dispose();
    return `no image could be made: ${(error as Error).message.split('\n', 1)[0]}`;
  }
}

function imported(folder: string): string {
  const root = join(folder, 'root');
  for (const place of ['etc', 'tmp', 'proc', 'sys', 'dev', 'run']) mkdirSync(join(root, place), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n');
  for (const program of PROGRAMS) {
    const libraries = execFileSync('ldd', [realpathSync(program)], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
    for (const file of [program, ...libraries]) {
      const target = join(root, file);
      if (existsSync(target)) continue;
      mkdirSync(dirname(target), { recursive: true });
      cpSync(realpathSync(file), target);
    }
  }
  const tar = join(folder, 'root.tar');
  execFileSync('tar', ['-C', root, '--owner=0', '--group=0', '-cf', tar, '.']);
  execFileSync('podman', ['import', '-q', tar, `${IMAGE}:latest`], { stdio: 'pipe' });
  rmSync(root, { recursive: true });
  rmSync(tar);
  const format = ['image', 'inspect', '--format', '{{index .RepoDigests 0}}', `${IMAGE}:latest`];
  return execFileSync('podman', format, { encoding: 'utf8' }).trim();
}
