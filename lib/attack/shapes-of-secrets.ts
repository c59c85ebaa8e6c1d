import { randomBytes, randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const MIXED = `${LETTERS}${LETTERS.toLowerCase()}${DIGITS}`;

/** Secrets of known kinds, new at every run: none of them was ever valid, and none stands in the project. */
export const SECRET_SHAPES: Readonly<Record<string, () => string>> = {
  github: () => `ghp_${from(MIXED, 36)}`,
  aws: () => `AKIA${from(`${LETTERS}234567`, 16)}`,
  slack: () => `xoxb-${from(DIGITS, 12)}-${from(DIGITS, 12)}-${from(MIXED, 24)}`,
  gitlab: () => `glpat-${from(MIXED, 20)}`,
  jwt: () => `${segment({ alg: 'HS256', typ: 'JWT' })}.${segment({ sub: from(DIGITS, 10) })}.${from(MIXED, 43)}`,
  pem: () => {
    const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} RSA PRIVATE KEY-----`);
    const lines = Array.from({ length: 6 }, () => randomBytes(48).toString('base64'));
    return [begin, ...lines, end].join('\n');
  },
  password: () => from(MIXED, 24),
};

function from(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
