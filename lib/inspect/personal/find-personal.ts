import { type Found, merged, NOTHING_FOUND } from '../found.ts';
import { isCard, isIban, isSocialSecurity, isTelephone } from './numbers.ts';

/** One kind of personal data: what it looks like, and what makes sure of it. */
interface Kind {
  readonly kind: string;
  readonly looks: RegExp;
  readonly holds: (match: RegExpExecArray) => boolean;
}

const EMAIL: Kind = {
  kind: 'email',
  looks:
    /(?<![\w.+/@-])[a-z0-9_][\w.+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){1,5}[a-z]{2,24}(?![\w@-])(?!:\/)/gi,
  // Addresses of nobody (RFC 2606), of machines, and files whose names hold an at sign and a scale.
  holds: ([text]) =>
    !/@(?:.*\.)?example\.(?:com|org|net)$|\.(?:example|test|invalid|localhost|local|internal|png|jpe?g|gif|svg|webp|js|ts|css)$|^(?:git|noreply|no-reply)@|@users\.noreply\.|\.\.|\.@/i.test(
      text,
    ),
};

const DIGITS: readonly Kind[] = [
  {
    kind: 'card',
    looks: /(?<![\w.+-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -]?)\d{6}\2\d{4,5})(?![\w-]|\.\d)/g,
    holds: ([text]) => isCard(text.replace(/[ -]/g, '')),
  },
  {
    kind: 'iban',
    looks: /(?<![\w])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)/g,
    holds: ([text]) => isIban(text.replaceAll(' ', '')),
  },
  {
    kind: 'us-ssn',
    looks: /(?<![\w.-])(\d{3})-(\d{2})-(\d{4})(?![\w-]|\.\d)/g,
    holds: ([, area, group, serial]) => isSocialSecurity(area!, group!, serial!),
  },
  {
    kind: 'phone',
    looks: /(?<![\w+.])\+(?:\d[ ().-]{0,2}){7,14}\d(?!\w)/g,
    holds: ([text]) => isTelephone(text.replace(/\D/g, '')),
  },
];

const ADDRESS: Kind = {
  kind: 'ip-address',
  looks: /(?<![\w.-])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\w-]|\.\d)/g,
  holds: ([text]) => !/^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|2[2-5]\d)\./.test(text),
};

export interface PersonalOptions {
  /** Whether public IPv4 addresses count. */
  readonly addresses?: boolean;
}

/** Five digits, perhaps with what stands between groups of them: less is in no number that is looked for. */
const MANY_DIGITS = /\d(?:[ ().-]{0,2}\d){4}/;

/** Personal data in a text whose form can be checked, in order and without overlaps. Names are not looked for. */
export function findPersonal(text: string, { addresses = false }: PersonalOptions = {}): readonly Found[] {
  if (text.length < 6) return NOTHING_FOUND;
  const found: Found[] = [];
  if (text.includes('@')) search(EMAIL, text, found);
  if (MANY_DIGITS.test(text)) for (const kind of DIGITS) search(kind, text, found);
  if (addresses) search(ADDRESS, text, found);
  return found.length === 0 ? NOTHING_FOUND : merged(found);
}

function search({ kind, looks, holds }: Kind, text: string, found: Found[]): void {
  for (const match of text.matchAll(looks)) {
    if (holds(match)) {
      found.push({ kind, start: match.index, end: match.index + match[0].length, confidence: 'certain' });
    }
  }
}
