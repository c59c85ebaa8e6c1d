import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGlob, type StarMeans } from '../../../lib/policy/glob.ts';

function check(star: StarMeans, table: Record<string, { yes?: readonly string[]; no?: readonly string[] }>): void {
  for (const [glob, { yes = [], no = [] }] of Object.entries(table)) {
    const matches = compileGlob(glob, star);
    for (const text of yes) assert.equal(matches(text), true, `${glob} on ${text}`);
    for (const text of no) assert.equal(matches(text), false, `${glob} on ${text}`);
  }
}

test('a glob for names matches the whole name, in its own case, and a star stands for anything', () => {
  check('anything', {
    read_file: { yes: ['read_file'], no: ['read_files', 'xread_file', 'Read_file', ''] },
    'read_*': { yes: ['read_', 'read_file', 'read_a/b'], no: ['read', 'xread_file'] },
    '*_file': { yes: ['read_file', '_file'], no: ['read_files'] },
    '*': { yes: ['', 'a', 'a/b', 'a\nb'] },
    'a*b*c': { yes: ['abc', 'aXbYc', 'abbc'], no: ['ab', 'acb'] },
    'file?': { yes: ['file1'], no: ['file', 'file12', 'file/'] },
    '{read,list}_file': { yes: ['read_file', 'list_file'], no: ['write_file', '{read,list}_file'] },
    '{a,}b': { yes: ['ab', 'b'], no: ['cb'] },
    'a.b+c[d]': { yes: ['a.b+c[d]'], no: ['aXb+c[d]'] },
    'a😀*z': { yes: ['a😀z', 'a😀xz'], no: ['az'] },
    '?': { yes: ['x', '😀'], no: ['', 'xy'] },
  });
});

test('in a glob for URIs one star stays within a segment, and two do not', () => {
  check('within-segment', {
    'file:///docs/*': { yes: ['file:///docs/a.md'], no: ['file:///docs/a/b.md', 'file:///docs'] },
    'file:///docs/**': { yes: ['file:///docs/a.md', 'file:///docs/a/b.md', 'file:///docs/'], no: ['file:///doc/a'] },
    '**/secret*': { yes: ['/secret', 'a/b/secrets'], no: ['a/b/secret/x'] },
    'db://*/tables/*': { yes: ['db://main/tables/users'], no: ['db://a/b/tables/users'] },
    '**': { yes: ['', 'a/b/c'] },
    'a***b': { yes: ['ab', 'a/x/b'] },
  });
});

test('a pattern nobody can mean is refused with the reason', () => {
  const refused: [string, StarMeans, RegExp][] = [
    ['', 'anything', /must not be empty/],
    ['a*b*c*d*', 'anything', /more than 3 stars/],
    ['a*b*c*d*/x', 'within-segment', /more than 3 stars/],
    ['{a,b', 'anything', /"\{" without "\}"/],
    ['a,b}', 'anything', /"\}" without "\{"/],
    ['}a{b,c}', 'anything', /"\}" without "\{"/],
    ['{a,{b,c}}', 'anything', /braces inside braces/],
    ['{a,b,c,d,e,f,g,h,i}', 'anything', /more than 8 alternatives/],
    ['{a,b,c}{a,b,c}{a,b,c}{a,b,c}', 'anything', /more than 64 combinations/],
    ['x'.repeat(1025), 'anything', /longer than 1024/],
  ];
  for (const [glob, star, why] of refused) assert.throws(() => compileGlob(glob, star), why, glob);
});

test('three stars in each of many segments are fine', () => {
  assert.equal(compileGlob('a*b*c*/a*b*c*', 'within-segment')('abc/axbxcx'), true);
});
