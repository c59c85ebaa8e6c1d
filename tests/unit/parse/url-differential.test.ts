import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse as parseAsNodeDid } from 'node:url';
import { readHost } from '../../../lib/parse/host.ts';
import { readUrl } from '../../../lib/parse/url.ts';
import { isInstalled, type Read, readByCurl, readByPython } from '../../support/attacks/other-url-readers.ts';
import { SPELLINGS } from '../../support/attacks/url-tricks.ts';

/** Texts we take for a URL with one meaning, with the host we judge. */
const JUDGED = SPELLINGS.flatMap(([text]) => {
  const facts = readUrl(text);
  if (facts?.host === undefined || facts.doubt !== undefined || text.includes('\0')) return [];
  return [{ text, host: facts.host.host }];
});

const READERS: readonly {
  readonly name: string;
  readonly read: Read;
  readonly missing: boolean;
  readonly least: number;
}[] = [
  { name: 'fetch of Node', read: async (texts) => texts.map(byFetch), missing: false, least: 60 },
  { name: 'the older parser of Node', read: async (texts) => texts.map(byOldParser), missing: false, least: 50 },
  { name: 'urllib of Python', read: readByPython, missing: !isInstalled('python3'), least: 50 },
  { name: 'curl', read: readByCurl, missing: !isInstalled('curl'), least: 40 },
];

for (const { name, read, missing, least } of READERS) {
  test(`${name} connects to the host that was judged, or to none`, { skip: missing }, async () => {
    const found = await read(JUDGED.map(({ text }) => text));
    let connected = 0;
    for (const [index, { text, host }] of JUDGED.entries()) {
      const written = found[index];
      if (written === undefined) continue;
      const facts = readHost(written);
      assert.ok(typeof facts !== 'string', `${JSON.stringify(text)}: ${written}`);
      assert.equal(facts.host, host, JSON.stringify(text));
      connected++;
    }
    assert.ok(connected >= least, `only ${connected} of ${JUDGED.length} were read at all`);
  });
}

function byFetch(text: string): string | undefined {
  return URL.canParse(text) ? new URL(new Request(text).url).hostname : undefined;
}

function byOldParser(text: string): string | undefined {
  try {
    // Its brackets are gone, and a number stays as it is written.
    const { hostname } = parseAsNodeDid(text);
    return hostname?.includes(':') ? `[${hostname}]` : hostname || undefined;
  } catch {
    return undefined;
  }
}
