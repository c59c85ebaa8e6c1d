import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localPages } from '../../support/sandbox/local-pages.ts';
import { NO_PACKAGES, presetServer } from '../../support/sandbox/preset-packages.ts';
import { deskOf, Sandboxed, type SandboxedServer } from '../../support/sandbox/sandboxed.ts';

const INSTALLED = { skip: NO_PACKAGES };
const SLACK = { SLACK_BOT_TOKEN: 'none', SLACK_TEAM_ID: 'T0' };

/** Servers of one service, a call of each and the host it is for. */
const SERVICES: readonly (readonly [SandboxedServer, tool: string, args: object, host: string])[] = [
  [presetServer('npm:@modelcontextprotocol/server-github'), 'search_repositories', { query: 'a' }, 'api.github.com'],
  [{ ...presetServer('npm:@modelcontextprotocol/server-slack'), env: SLACK }, 'slack_get_users', {}, 'slack.com'],
  [{ ...presetServer('npm:@zencoderai/slack-mcp-server'), env: SLACK }, 'slack_get_users', {}, 'slack.com'],
];

for (const [server, tool, args, host] of SERVICES) {
  const name = server.args[0]!.split('node_modules/')[1];
  test(`${name} connects to ${host} and to nothing else`, INSTALLED, async (t) => {
    const running = await Sandboxed.start(t, server, deskOf(t));
    assert.ok((await running.tools()).includes(tool));
    // Whether the host can be reached from where this runs is not for us to say.
    await running.call(tool, args).catch(() => {});
    assert.deepEqual(running.connections, [`${host}:443 allow`]);
  });
}

test(
  'the fetch server of PyPI reads a page policy lists, on this machine when it is told that it may',
  INSTALLED,
  async (t) => {
    const pages = await localPages(t);
    const server = await Sandboxed.start(
      t,
      { ...presetServer('pypi:mcp-server-fetch', ['--allow-private-ips']), allowedHosts: [`localhost:${pages.port}`] },
      deskOf(t),
    );
    assert.match(await server.call('fetch', { url: `http://localhost:${pages.port}/news` }), /At \/news/);
    assert.ok(pages.asked.includes('/news'));
    assert.deepEqual(server.connections, [`localhost:${pages.port} allow`]);
  },
);

test('the fetch server of PyPI asks the proxy for hosts of a list as for all others', INSTALLED, async (t) => {
  const server = await Sandboxed.start(
    t,
    { ...presetServer('pypi:mcp-server-fetch', ['--ignore-robots-txt']), allowedHosts: ['listed.invalid'] },
    deskOf(t),
  );
  assert.match(await server.call('fetch', { url: 'http://listed.invalid/' }), /status code 502/);
  assert.match(await server.call('fetch', { url: 'http://other.invalid/' }), /status code 403/);
  assert.deepEqual(server.connections, ['listed.invalid:80 allow', 'other.invalid:80 deny']);
});

test('the fetch server of npm reaches nothing but by the proxy', INSTALLED, async (t) => {
  const pages = await localPages(t);
  const server = await Sandboxed.start(
    t,
    { ...presetServer('npm:mcp-fetch-server'), allowedHosts: ['listed.invalid'] },
    deskOf(t),
  );
  for (const url of ['http://listed.invalid/', 'http://other.invalid/', `http://127.0.0.1:${pages.port}/`])
    assert.match(await server.call('fetch_txt', { url }), /"isError":true/);
  assert.deepEqual(pages.asked, []);
});
