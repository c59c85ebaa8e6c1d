import type { IncomingMessage } from 'node:http';
import type { Credential, Presented } from '../identity/presented.ts';
import { certificateOf } from './client-certificate.ts';
import { headerLines } from './headers.ts';

const AUTHORIZATION = /^(Bearer|DPoP) +([\x21-\x7e]+)$/i;
const KEY = /^[\x21-\x7e]+$/;

/** What a request presents to prove who makes it; `url` is what it is for, as its client saw it. */
export function presentedBy(request: IncomingMessage, url: string | undefined): Presented {
  const { certificate, mistrusted } = certificateOf(request.socket);
  return {
    ...credentialOf(request),
    proofs: headerLines(request, 'dpop'),
    target: url === undefined ? undefined : { method: request.method ?? '', url },
    certificate,
    mistrusted,
  };
}

/** The one credential of a request; two of them could be read as either, so they count for none. */
function credentialOf(request: IncomingMessage): Pick<Presented, 'credential' | 'isUnclear'> {
  const authorization = headerLines(request, 'authorization').map((line): Credential | undefined => {
    const [, scheme, text] = AUTHORIZATION.exec(line) ?? [];
    return text === undefined ? undefined : { scheme: scheme!.toLowerCase() as 'bearer' | 'dpop', text };
  });
  const keys = headerLines(request, 'x-api-key').map((text): Credential | undefined =>
    KEY.test(text) ? { scheme: 'key', text } : undefined,
  );
  const sent = [...authorization, ...keys];
  const credential = sent.length === 1 ? sent[0] : undefined;
  return { credential, isUnclear: credential === undefined && sent.length > 0 };
}
