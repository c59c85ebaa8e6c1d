import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Where systems keep the certificates they trust, in one file: Debian, Fedora, openSUSE, Alpine and macOS. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** What NODE_EXTRA_CA_CERTS of an environment adds to the certificates Node comes with, as PEM. */
export function extraRoots({ NODE_EXTRA_CA_CERTS }: NodeJS.ProcessEnv): string {
  return NODE_EXTRA_CA_CERTS ? (read(NODE_EXTRA_CA_CERTS) ?? '') : '';
}

/**
 * The certificates programs with this environment trust, as PEM: those of the machine, else those Node comes with, and
 * what NODE_EXTRA_CA_CERTS adds.
 */
export function trustedRoots(environment: NodeJS.ProcessEnv): string {
  const { SSL_CERT_FILE } = environment;
  const named = [...(SSL_CERT_FILE ? [SSL_CERT_FILE] : []), ...BUNDLES];
  const roots = firstOf(named) ?? rootCertificates.join('\n');
  return `${roots}\n${extraRoots(environment)}`;
}

function firstOf(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const found = read(path);
    if (found?.includes('-----BEGIN ') === true) return found;
  }
  return undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
