import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { connected, deploy, example, exampleVariables, makeKey, toolNames } from '../support/docs/deployed.ts';
import { examples } from '../support/docs/pages.ts';
import { Reader } from '../support/docs/reader.ts';

/** Where a client is told to go, and what it is told to send. */
interface Address {
  readonly where: string;
  readonly url: string;
  readonly header: string;
}

/** Entries of client files. */
function entries(): Address[] {
  return examples('json').flatMap(({ where, text }) => {
    const { mcpServers, servers } = JSON.parse(text);
    const found: { url?: string; headers?: Record<string, string> }[] = Object.values(mcpServers ?? servers ?? {});
    return found.flatMap(({ url, headers }) =>
      url === undefined ? [] : [{ where, url, header: `Authorization: ${headers!.Authorization}` }],
    );
  });
}

/** Lines that add such an entry. */
function lines(): Address[] {
  return examples('sh').flatMap(({ where, text }) =>
    [...text.matchAll(/^claude mcp add --transport (\w+) \w+ (\S+) --header "([^"]+)"$/gm)].map(
      ([, transport, url, header]) => {
        assert.equal(transport, url!.endsWith('/sse') ? 'sse' : 'http', where);
        return { where, url: url!, header: header! };
      },
    ),
  );
}

test('every address the guides tell a client leads to the gateway of the examples, and only with its key', async (t) => {
  const reader = new Reader(t);
  const { key, hash } = makeKey();
  const text = readFileSync(example('gateway.yaml'), 'utf8').replace('# legacy_sse: true', 'legacy_sse: true');
  const config = reader.write('gateway.yaml', text);
  const { url } = await deploy(t, reader, config, { ...exampleVariables(), REVIEWER_KEY_HASH: hash });
  const addresses = [...entries(), ...lines()];
  assert.ok(addresses.length >= 5 && addresses.some((address) => address.url.endsWith('/sse')));
  for (const address of addresses) {
    const { port, pathname } = new URL(address.url);
    assert.equal(port, '9020', `${address.where}: the port a gateway has by default`);
    const here = new URL(pathname, url);
    assert.ok((await toolNames(await reached(t, here, address.header, key))).length > 0, address.where);
    await assert.rejects(reached(t, here, address.header, makeKey().key), /401|Unauthorized/, address.where);
  }
});

/** Connects as the entry says, with `key` where it names a variable or an input. */
function reached(t: TestContext, url: URL, header: string, key: string) {
  const [, name, value] = /^([\w-]+): (.*)$/.exec(header.replace(/\$\{[^}]+\}|\$\w+/, key))!;
  assert.ok(value!.endsWith(key), `${header}: the key stands in no file`);
  const requestInit = { headers: { [name!]: value! } };
  const Transport = url.pathname === '/sse' ? SSEClientTransport : StreamableHTTPClientTransport;
  return connected(t, new Transport(url, { requestInit }), 'legacy');
}
