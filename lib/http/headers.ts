import type { IncomingMessage } from 'node:http';

/** Every line of header `name` (lower case), as it was sent: Node would join lines that stand twice, or drop some. */
export function headerLines({ rawHeaders }: IncomingMessage, name: string): string[] {
  const found: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const key = rawHeaders[i]!;
    if (key.length === name.length && key.toLowerCase() === name) found.push(rawHeaders[i + 1]!);
  }
  return found;
}

/** Whether a body of this Content-Type and Content-Encoding is plain JSON in UTF-8. */
export function carriesJson({ headers }: IncomingMessage): boolean {
  const [type, ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase());
  const encoding = headers['content-encoding'];
  if (type !== 'application/json' || (encoding !== undefined && encoding.toLowerCase() !== 'identity')) return false;
  return parameters.every((parameter) => /^(?:charset="?utf-?8"?)?$/.test(parameter));
}

/** What nearly every client sends, so that it need not be taken apart each time. */
const USUAL = 'application/json, text/event-stream';

/** Whether an answer of media type `type` is wanted, the most specific range deciding (RFC 9110, 12.5.1). */
export function accepts({ headers }: IncomingMessage, type: string): boolean {
  const { accept } = headers;
  if (accept === undefined || (accept === USUAL && USUAL.includes(type))) return true;
  const wanted = new Map<string, boolean>();
  for (const range of accept.split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    wanted.set(name!, !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)));
  }
  return wanted.get(type) ?? wanted.get(`${type.split('/')[0]}/*`) ?? wanted.get('*/*') ?? false;
}
