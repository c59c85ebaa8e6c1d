import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathsScene } from '../support/policy/paths-scene.ts';

const FILES = {
  '/home/ana/project/a/b/c': 'x',
  '/home/ana/project/a/link': { link: '../d' },
  '/home/ana/project/d/e': 'x',
  '/home/ana/project/d/up': { link: '../..' },
  '/home/ana/project/loop': { link: 'loop' },
  '/home/ana/project/.env': 'x',
};
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'link', 'up', '..', '.', '', 'new', '.env', 'loop', 'project');
const path = fc
  .tuple(
    fc.constantFrom('', '/', '/home/ana/project/', '~/', 'file:///home/ana/project/'),
    fc.array(name, { maxLength: 6 }),
  )
  .map(([start, names]) => start + names.join('/'));
const pattern = fc.constantFrom(
  './a',
  './a/**',
  './d/*',
  '**/e',
  '*.env',
  '/home/**',
  '~/project/d',
  'link',
  '/',
  './**',
);
const patterns = fc.array(pattern, { minLength: 1, maxLength: 4 });

const STRICTNESS = { allow: 0, require_approval: 1, deny: 2 } as const;

function listed(lists: Record<string, readonly string[]>): string {
  return `tools: { "files/*": { paths: ${JSON.stringify(lists)} } }`;
}

test('a path that was resolved once is forwarded unchanged and judged no more strictly', async () => {
  const scene = pathsScene({ files: FILES, policies: listed({ deny: ['./nothing'] }) });
  await fc.assert(
    fc.asyncProperty(path, fc.constantFrom('read', 'write'), async (text, tool) => {
      const once = await scene.decide({ path: text }, tool);
      if (once.effect === 'deny') return;
      const sent = (await scene.forwarded({ path: text }, tool)) as { path: string };
      assert.deepEqual(await scene.forwarded(sent, tool), sent);
      // A name behind a link can mean two places, which are both judged; what is sent means one of them.
      assert.ok(STRICTNESS[(await scene.decide(sent, tool)).effect] <= STRICTNESS[once.effect]);
    }),
    { numRuns: 300 },
  );
});

test('another pattern to deny never allows more, another one to allow never less', async () => {
  await fc.assert(
    fc.asyncProperty(path, patterns, patterns, pattern, async (text, allow, deny, more) => {
      const effectOf = async (lists: Record<string, readonly string[]>) =>
        STRICTNESS[(await pathsScene({ files: FILES, policies: listed(lists) }).decide({ path: text })).effect];
      const before = await effectOf({ allow, deny });
      assert.ok((await effectOf({ allow, deny: [...deny, more] })) >= before);
      // What a person may agree to need not be allowed as well, so asking may stand in the place of a denial.
      assert.ok(
        (await effectOf({ allow, deny, require_approval: [more] })) >= Math.min(before, STRICTNESS.require_approval),
      );
      assert.ok((await effectOf({ allow: [...allow, more], deny })) <= before);
    }),
    { numRuns: 100 },
  );
});

test('the order of patterns and rules never matters', async () => {
  await fc.assert(
    fc.asyncProperty(path, patterns, patterns, patterns, async (text, one, other, third) => {
      const rules = [
        `"files/*": { paths: ${JSON.stringify({ deny: one, require_approval: third })} }`,
        `"files/re*": { paths: ${JSON.stringify({ allow: other })} }`,
      ];
      const reversed = [
        `"files/re*": { paths: ${JSON.stringify({ allow: other.toReversed() })} }`,
        `"files/*": { paths: ${JSON.stringify({ deny: one.toReversed(), require_approval: third.toReversed() })} }`,
      ];
      const effects = await Promise.all(
        [rules, reversed].map(async (all) => {
          const scene = pathsScene({ files: FILES, policies: `tools: { ${all.join(', ')} }` });
          return (await scene.decide({ path: text })).effect;
        }),
      );
      assert.equal(effects[0], effects[1]);
    }),
    { numRuns: 100 },
  );
});

test('whatever a call brings, it is decided', async () => {
  const scene = pathsScene({ files: FILES, policies: listed({ deny: ['./a'] }) });
  const value = fc.oneof(fc.string({ unit: 'binary' }), path, fc.array(fc.string()), fc.integer(), fc.object());
  await fc.assert(
    fc.asyncProperty(value, value, async (one, other) => {
      const { effect, reason } = await scene.decide({ path: one, files: other }, 'write');
      if (effect === 'deny') assert.match(reason!.code, /^SP310/);
    }),
    { numRuns: 300 },
  );
});
