import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPersonal } from '../../../lib/inspect/personal/find-personal.ts';

const kinds = (text: string) => findPersonal(text, { addresses: true }).map(({ kind }) => kind);
const part = (text: string) => findPersonal(text, { addresses: true }).map(({ start, end }) => text.slice(start, end));

/** Numbers of the published kind that pass their check and belong to nobody. */
const FOUND: readonly (readonly [text: string, kind: string, value: string])[] = [
  ['Write to ann.lee+work@corp.io today', 'email', 'ann.lee+work@corp.io'],
  ['card 4111 1111 1111 1111, please', 'card', '4111 1111 1111 1111'],
  ['card 5555555555554444.', 'card', '5555555555554444'],
  ['amex 3782-822463-10005', 'card', '3782-822463-10005'],
  ['IBAN DE89 3704 0044 0532 0130 00 as agreed', 'iban', 'DE89 3704 0044 0532 0130 00'],
  ['pay GB82WEST12345698765432 now', 'iban', 'GB82WEST12345698765432'],
  ['ssn 123-45-6789', 'us-ssn', '123-45-6789'],
  ['call +49 30 901820 or write', 'phone', '+49 30 901820'],
  ['call +1 (202) 555-0143', 'phone', '+1 (202) 555-0143'],
  ['from 93.184.216.34 at noon', 'ip-address', '93.184.216.34'],
];

const NOT_FOUND: readonly string[] = [
  'git clone git@github.com:org/repo.git',
  'ann@example.com and root@localhost',
  'logo@2x.png',
  'npm i @scope/name@1.2.3',
  'card 4111 1111 1111 1112',
  'id 1234567890123456',
  'at 1700000000000 it was',
  'order 0000 0000 0000 0000',
  'IBAN DE89 3704 0044 0532 0130 01',
  'part 000-12-3456, 666-12-3456 and 900-12-3456',
  'date 2026-11-21 and 12-34-5678',
  'a +0200 offset, 1+23456789 and version 1.2.3+20260101',
  'version 1.2.3.4.5 and 10.0.0.1 and 127.0.0.1',
  '3.14159265358979323846',
  'd41d8cd98f00b204e9800998ecf8427e',
];

test('personal data is found by its form and its check, and no more than it', () => {
  for (const [text, kind, value] of FOUND) assert.deepEqual([kinds(text), part(text)], [[kind], [value]], text);
});

test('what fails its check, or belongs to nobody, is not personal data', () => {
  for (const text of NOT_FOUND) assert.deepEqual(part(text), [], text);
});

test('addresses of machines count only for those who ask', () => {
  assert.deepEqual(findPersonal('from 93.184.216.34'), []);
});
