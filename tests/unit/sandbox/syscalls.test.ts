import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Arch, knownCalls } from '../../../backends/sandbox/syscalls.ts';

/** Where Linux distributions put the user space headers of the kernel. */
const HEADERS: Readonly<Record<Arch, readonly string[]>> = {
  x64: ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', '/usr/include/asm/unistd_64.h'],
  arm64: ['/usr/include/asm-generic/unistd.h'],
};

/** Calls younger than the headers of many distributions. */
const YOUNG = ['open_tree_attr'];

for (const arch of ['x64', 'arm64'] as const) {
  const header = HEADERS[arch].find(existsSync);
  const skip = header === undefined ? 'the headers of the kernel are not installed' : false;

  test(`the numbers for ${arch} are those of the kernel's headers`, { skip }, () => {
    const text = readFileSync(header!, 'utf8');
    const defined = new Map(
      [...text.matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)].map(([, name, number]) => [name!, Number(number)]),
    );
    for (const [name, number] of knownCalls(arch)) {
      const said = defined.get(name);
      if (said === undefined) assert.ok(YOUNG.includes(name), `${name} is not in ${header}`);
      else assert.equal(number, said, name);
    }
  });

  test(`no two calls of ${arch} have one number`, () => {
    const numbers = [...knownCalls(arch).values()];
    assert.equal(new Set(numbers).size, numbers.length);
  });
}

test('a call arm64 does not have is not refused there by the number of another one', () => {
  assert.ok(knownCalls('x64').has('iopl'));
  assert.ok(!knownCalls('arm64').has('iopl'));
  assert.ok(!knownCalls('arm64').has('ioperm'));
});
