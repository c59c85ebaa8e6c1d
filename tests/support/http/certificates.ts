import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** A certificate signed by itself, in two PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The certificate itself, to be trusted. */
  readonly ca: string;
}

/** Makes a certificate for this machine, or for `host`, in files called `name`. */
export async function selfSigned(folder: string, name: string, host = 'localhost'): Promise<Certificate> {
  const cert = join(folder, `${name}.crt`);
  const key = join(folder, `${name}.key`);
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=IP:127.0.0.1,DNS:${host}`];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await execa('openssl', [...kind, ...subject, '-keyout', key, '-out', cert]);
  return { cert, key, ca: readFileSync(cert, 'utf8') };
}
