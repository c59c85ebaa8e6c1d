import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What OpenSSL, Python, curl and git read the certificates from that they trust. */
const OF_ALL = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'];
/** Node adds these to its own, so that it need not read all of them at its start. */
const OF_MORE = ['NODE_EXTRA_CA_CERTS'];
const NAME = /^trusted-(\d+)-[0-9a-f]{16}-(?:all|more)\.pem$/;

/** The certificates one start of a backend trusts, in files it can read. There is nothing in them to be kept secret. */
export class TrustFiles {
  readonly #all: string;
  readonly #more: string;

  private constructor(base: string) {
    this.#all = `${base}-all.pem`;
    this.#more = `${base}-more.pem`;
  }

  /** The folder is written to by the backend as well: only what is made anew can be no link of its making. */
  static write(folder: string, all: string, more: string): TrustFiles {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeLeftOver(folder);
    const files = new TrustFiles(join(folder, `trusted-${process.pid}-${randomBytes(8).toString('hex')}`));
    writeFileSync(files.#all, all, { flag: 'wx', mode: 0o600 });
    writeFileSync(files.#more, more, { flag: 'wx', mode: 0o600 });
    return files;
  }

  get variables(): Record<string, string> {
    const named = [...OF_ALL.map((name) => [name, this.#all]), ...OF_MORE.map((name) => [name, this.#more])];
    return Object.fromEntries(named);
  }

  remove(): void {
    for (const file of [this.#all, this.#more]) rmSync(file, { force: true });
  }
}

/** Files of gateways that could not remove them. */
function removeLeftOver(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true, recursive: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
