import type { Code } from '../../model/codes.ts';
import { isReadableOnTheWay } from '../../model/loopback.ts';

/** What is wrong with how a backend is reached, and under which of its keys. */
export interface RemoteFault {
  readonly path: readonly string[];
  readonly message: string;
  readonly code: Code;
}

/** The keys this is about; of the wrong type where the file says so, which is a fault of its own. */
export interface Reached {
  readonly command?: string | undefined;
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly allow_insecure?: boolean | undefined;
}

const OF_COMMAND = ['args', 'env', 'pass_env', 'cwd'];
const OF_URL = ['headers', 'transport', 'allow_private', 'allow_insecure', 'connect_timeout_secs'];

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\x20-\x7e\t]+$/;
/** Headers that belong to HTTP or to the protocol: whoever could set them could say something else than the body. */
const OURS =
  /^(?:accept(?:-encoding)?|connection|content-(?:encoding|length|type)|expect|host|keep-alive|last-event-id|mcp-.*|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** Every fault of the keys that say where a backend is. */
export function remoteFaults(backend: Reached): RemoteFault[] {
  const { command, url, headers = {} } = backend;
  if (command === undefined && url === undefined)
    return [{ path: [], message: 'needs a `command` to start or a `url` to reach', code: 'SP1006' }];
  if (command !== undefined && url !== undefined)
    return [fault(['url'], 'stands beside `command`: a backend is started or reached, not both')];
  const misplaced = (url === undefined ? OF_URL : OF_COMMAND).filter((key) => Object.hasOwn(backend, key));
  const goesWith = url === undefined ? 'url' : 'command';
  return [
    ...misplaced.map((key) => fault([key], `goes with \`${goesWith}\`, which this backend has not`)),
    ...(typeof url === 'string'
      ? urlFaults(url, backend.allow_insecure === true ? 'insecure' : 'may be insecure')
      : []),
    ...Object.entries(headers ?? {}).flatMap(([name, value]) => headerFaults(name, value)),
  ];
}

/** The same faults of how a detector is reached; there is no permission to reach one by http. */
export function detectorFaults({ url, headers }: Pick<Reached, 'url' | 'headers'>): RemoteFault[] {
  return [
    ...(typeof url === 'string' ? urlFaults(url, 'secure') : []),
    ...Object.entries(headers ?? {}).flatMap(([name, value]) => headerFaults(name, value)),
  ];
}

function urlFaults(text: string, must: 'secure' | 'may be insecure' | 'insecure'): RemoteFault[] {
  if (!URL.canParse(text)) return [fault(['url'], 'must be a URL such as https://mcp.example.com/mcp')];
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return [fault(['url'], 'must begin with https:// or http://')];
  if (url.username !== '' || url.password !== '')
    return [fault(['url'], 'must not hold a user or a password; put them into `headers`')];
  if (url.hash !== '') return [fault(['url'], 'must not have a part behind "#"')];
  if (must === 'insecure' || !isReadableOnTheWay(url)) return [];
  const permitted = must === 'secure' ? '' : ' or `allow_insecure: true` permits http';
  return [fault(['url'], `must be https, unless it is on loopback${permitted}`)];
}

function headerFaults(name: string, value: unknown): RemoteFault[] {
  const path = ['headers', name];
  if (!TOKEN.test(name)) return [fault(path, 'is not a name a header can have')];
  if (OURS.test(name)) return [fault(path, 'is set by Sallyport itself')];
  if (typeof value !== 'string') return [];
  if (!VALUE.test(value) || value.trim() !== value)
    return [fault(path, 'has a value no header can carry: visible ASCII, without a line break or space at its ends')];
  return [];
}

function fault(path: readonly string[], message: string): RemoteFault {
  return { path, message, code: 'SP1005' };
}
