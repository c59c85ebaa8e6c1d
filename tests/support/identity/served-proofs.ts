import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { connect } from 'node:tls';
import { systemClock } from '../../../lib/model/clock.ts';
import { temporaryFolder } from '../folder.ts';
import { ClientAuthority, type ClientIdentity, tlsFiles } from '../http/client-certificates.ts';
import { type Headers, type HttpOptions, type HttpResponse, modernPost, send } from '../http/http.ts';
import { KeyHolder, type ProofOptions } from '../identity/proofs.ts';
import { claimsAt, ISSUER, jwksOf, signed, signer } from '../identity/tokens.ts';
import { type Served, serve } from '../program/serve.ts';

export const LIST = modernPost('tools/list');
const CRLF = '\r\n';

interface SceneOptions {
  readonly oauth?: object;
  readonly lockout?: object;
  readonly server?: object;
}

/** A gateway behind TLS that believes an issuer whose keys are in a file, and two clients of it. */
export class ServedProofs {
  readonly idp = signer('ES256', 'k1');
  readonly holder = new KeyHolder();
  readonly authority = new ClientAuthority();
  trusted = '';
  served!: Served;
  #begin!: (server: object) => Promise<Served>;

  static async open(t: TestContext, { oauth = {}, lockout = { failures: 1000 }, server = {} }: SceneOptions = {}) {
    const scene = new ServedProofs();
    const home = temporaryFolder(t);
    const { tls, trusted } = tlsFiles(home, scene.authority.ca);
    scene.trusted = trusted;
    writeFileSync(join(home, 'jwks.json'), jwksOf(scene.idp));
    const jwt = { issuer: ISSUER, audience: 'gate', jwks_file: join(home, 'jwks.json') };
    const auth = { jwt, oauth: { authorization_servers: [ISSUER], ...oauth }, lockout };
    const more = `security: ${JSON.stringify({ auth })}\n`;
    scene.#begin = (own) => serve(t, { home, server: { tls, ...server, ...own }, more });
    scene.served = await scene.#begin({});
    return scene;
  }

  /** The same gateway at the same address, after an end. */
  async restart(): Promise<void> {
    const { host } = new URL(this.served.url);
    await this.served.end();
    this.served = await this.#begin({ listen_addr: host });
  }

  token(sub = 'ann', cnf: object | null = { jkt: this.holder.jkt }): string {
    return signed(this.idp, claimsAt(systemClock, { aud: 'gate', sub, ...(cnf === null ? {} : { cnf }) }));
  }

  /** Headers with a fresh proof for a request to the endpoint. */
  proving(token: string, options: ProofOptions = {}, htm = 'POST', holder = this.holder): Headers {
    return { Authorization: `DPoP ${token}`, DPoP: holder.proof(htm, this.served.url, { token, ...options }) };
  }

  async ask(headers: Headers, options: HttpOptions = LIST, client?: ClientIdentity): Promise<HttpResponse> {
    const all = { ...options, headers: { ...options.headers, ...headers }, ca: this.trusted };
    return send(this.served.url, { ...all, ...(client && { tls: client }) });
  }

  /** Sends bytes as they are. */
  raw(lines: readonly string[], body = ''): Promise<string> {
    const { hostname, port, pathname } = new URL(this.served.url);
    const head = [`POST ${pathname} HTTP/1.1`, `Host: ${hostname}:${port}`, 'Connection: close', ...lines];
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect({ host: hostname, port: Number(port), ca: this.trusted }, () => {
        socket.write(
          Buffer.from(`${head.join(CRLF)}${CRLF}Content-Length: ${body.length}${CRLF}${CRLF}${body}`, 'latin1'),
        );
      });
      socket.setEncoding('latin1').on('data', (more: string) => {
        answer += more;
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    });
  }
}
