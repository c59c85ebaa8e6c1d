import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { localPages } from '../../support/sandbox/local-pages.ts';
import { NO_PACKAGES, presetServer } from '../../support/sandbox/preset-packages.ts';
import { type Desk, deskOf, Sandboxed, type SandboxedServer } from '../../support/sandbox/sandboxed.ts';

const CHROMIUM = '/usr/bin/chromium';
const WITH_BROWSER = { skip: NO_PACKAGES || (!existsSync(CHROMIUM) && 'chromium is not installed') };

/** A server whose policy lists a page of this machine, and that page. */
async function browsing(
  t: TestContext,
  server: SandboxedServer,
  desk: Desk = deskOf(t),
): Promise<{ readonly server: Sandboxed; readonly url: string; readonly denied: string }> {
  const listed = await localPages(t);
  const other = await localPages(t);
  const allowedHosts = [`localhost:${listed.port}`];
  return {
    server: await Sandboxed.start(t, { ...server, allowedHosts }, desk),
    url: `http://localhost:${listed.port}/news`,
    denied: `http://localhost:${other.port}/`,
  };
}

const PLAYWRIGHT = presetServer('npm:@playwright/mcp', ['--headless']);
const PLAYWRIGHT_STARTS: Readonly<Record<string, SandboxedServer>> = {
  'a variable': { ...PLAYWRIGHT, env: { PLAYWRIGHT_MCP_EXECUTABLE_PATH: CHROMIUM } },
  'an option': { ...PLAYWRIGHT, args: [...PLAYWRIGHT.args, '--isolated', '--executable-path', CHROMIUM] },
};

for (const [how, start] of Object.entries(PLAYWRIGHT_STARTS)) {
  test(`the playwright server shows pages with a browser named by ${how}`, WITH_BROWSER, async (t) => {
    const desk = deskOf(t);
    const { server, url, denied } = await browsing(t, start, desk);
    assert.match(await server.call('browser_navigate', { url }), /Page Title: Page/);
    assert.match(await server.call('browser_snapshot'), /At \/news/);
    assert.match(await server.call('browser_take_screenshot', { filename: 'page.png' }), /page\.png/);
    assert.ok(readdirSync(desk.project).includes('page.png'));
    assert.match(await server.call('browser_navigate', { url: 'http://other.invalid/' }), /403 Forbidden/);
    assert.match(await server.call('browser_navigate', { url: denied }), /ERR_CONNECTION_REFUSED/);
    assert.ok(server.connections.includes('other.invalid:80 deny'));
  });
}

test('a page the playwright server shows reads no file outside the project', WITH_BROWSER, async (t) => {
  const desk = deskOf(t);
  const flags = ['--allow-unrestricted-file-access'];
  const start = { ...PLAYWRIGHT_STARTS['a variable']!, args: [...PLAYWRIGHT.args, ...flags] };
  const { server } = await browsing(t, start, desk);
  const answer = await server.call('browser_navigate', { url: `file://${desk.home}/.ssh/id_ed25519` });
  assert.match(answer, /ERR_FILE_NOT_FOUND/);
});

test('the other playwright server shows a page and asks for one without a browser', WITH_BROWSER, async (t) => {
  const desk = deskOf(t);
  const start = {
    ...presetServer('npm:@executeautomation/playwright-mcp-server'),
    env: { CHROME_EXECUTABLE_PATH: CHROMIUM },
  };
  const { server, url, denied } = await browsing(t, start, desk);
  assert.match(await server.call('playwright_navigate', { url, headless: true }), /Navigated/);
  assert.match(await server.call('playwright_get_visible_text'), /At \/news/);
  await server.call('playwright_screenshot', { name: 'page', savePng: true, downloadsDir: desk.project });
  assert.ok(readdirSync(desk.project).some((name) => name.endsWith('.png')));
  assert.match(await server.call('playwright_get', { url }), /200 OK/);
  assert.match(await server.call('playwright_get', { url: denied }), /ECONNREFUSED/);
});

for (const name of ['npm:@modelcontextprotocol/server-puppeteer', 'npm:puppeteer-mcp-server']) {
  test(`${name} shows a page policy lists, and no other`, WITH_BROWSER, async (t) => {
    const start = { ...presetServer(name), env: { PUPPETEER_EXECUTABLE_PATH: CHROMIUM } };
    const { server, url } = await browsing(t, start);
    assert.match(await server.call('puppeteer_navigate', { url }), /avigated to/);
    assert.match(await server.call('puppeteer_screenshot', { name: 'page' }), /"type":"image"/);
    await server.call('puppeteer_navigate', { url: 'http://other.invalid/' });
    assert.ok(server.connections.includes('other.invalid:80 deny'));
  });
}
