import type { ClientCertificate } from '../identity/certificate.ts';

/** One name as Node writes it: what could be taken for two of them is quoted as JSON is. */
const NAME = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;

/**
 * The names in a subject alternative name, from the text Node makes of it; undefined when it cannot be read to its end, since
 * then nobody knows what it says.
 */
export function namesOf(text: string): Pick<ClientCertificate, 'names' | 'uris'> | undefined {
  const names: string[] = [];
  const uris: string[] = [];
  NAME.lastIndex = 0;
  while (NAME.lastIndex < text.length) {
    const [, kind, value] = NAME.exec(text) ?? [];
    if (kind === undefined || value === undefined) return undefined;
    const name = value.startsWith('"') ? unquoted(value) : value;
    if (name === undefined) return undefined;
    if (kind === 'URI') uris.push(name);
    else if (kind === 'DNS' || kind === 'email') names.push(name);
  }
  return { names, uris };
}

function unquoted(value: string): string | undefined {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
