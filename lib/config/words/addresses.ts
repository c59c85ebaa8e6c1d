import { isIP } from 'node:net';

const LISTEN = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]*)):(\d{1,5})$/;
const HOST = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/;
const MOST_PORT = 65_535;

export interface ListenAddress {
  /** Undefined for every interface. */
  readonly host: string | undefined;
  readonly port: number;
}

/** `127.0.0.1:9020`, `[::1]:9020`, `name:9020`, or `:9020` for every interface; undefined for anything else. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, v6, name, digits] = LISTEN.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > MOST_PORT || (v6 !== undefined && isIP(v6) !== 6)) return undefined;
  return { host: v6 ?? (name === '' ? undefined : name), port };
}

/** Whether only this machine can reach a server that listens there. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host ?? '') === 4 && host!.startsWith('127.'));
}

/** Whether it stands for every interface, so that it is no name anybody could call. */
export function isEveryInterface({ host }: ListenAddress): boolean {
  return host === undefined || /^(?:0\.0\.0\.0|[0:]+)$/.test(host);
}

/** A host as it may stand in a `Host` header, with or without its port. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/** `https://app.example` or `http://localhost:6274`: a scheme, a host and perhaps a port, as browsers write it. */
export function isOrigin(text: string): boolean {
  const url = parsedUrl(text);
  return url !== undefined && url.origin === text;
}

/** The address of an endpoint as others see it: http or https, and nothing in it that is not part of the way there. */
export function isPublicUrl(text: string): boolean {
  const url = parsedUrl(text);
  return url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

/** An IP address, or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address, bits, more] = text.split('/');
  const version = isIP(address!);
  if (version === 0 || more !== undefined) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function parsedUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}
