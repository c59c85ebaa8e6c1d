import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What OpenSSL, Node, Python, curl and git read the certificates from that they trust. */
const VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'];
const NAME = /^trusted-(\d+)-[0-9a-f]{16}\.pem$/;

/** The certificates one start of a backend trusts, in a file it can read. There is nothing in it to be kept secret. */
export class TrustFile {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** The folder is written to by the backend as well: only what is made anew can be no link of its making. */
  static write(folder: string, certificates: string): TrustFile {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeLeftOver(folder);
    const path = join(folder, `trusted-${process.pid}-${randomBytes(8).toString('hex')}.pem`);
    writeFileSync(path, certificates, { flag: 'wx', mode: 0o600 });
    return new TrustFile(path);
  }

  get variables(): Record<string, string> {
    return Object.fromEntries(VARIABLES.map((name) => [name, this.#path]));
  }

  remove(): void {
    rmSync(this.#path, { force: true });
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
