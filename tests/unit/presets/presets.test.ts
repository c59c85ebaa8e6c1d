import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PRESETS, presetNamed } from '../../../lib/presets/index.ts';
import { PRESET_NAMES } from '../../../lib/presets/names.ts';
import type { PresetTool } from '../../../lib/presets/preset.ts';
import { type Form, type RecordedTool, recordOf } from '../../support/registry/recorded-tools.ts';

/** Tools known from what GitHub says of its container image, which is recorded nowhere. */
const UNRECORDED = 'github';

/** Paths in a repository or on a site, patterns that are matched, code that is refused, and a name asked for anyway. */
const NOT_JUDGED: readonly string[] = [
  'github/get_file_contents.path',
  'github/create_or_update_file.path',
  'playwright/browser_cookie_list.path',
  'playwright/browser_cookie_set.path',
  'playwright/playwright_expect_response.url',
  'playwright/playwright_evaluate.script',
  'playwright/playwright_save_as_pdf.filename',
  'puppeteer/puppeteer_evaluate.script',
];

/** They look at a page or touch the window; the package calls everything destructive that is not read-only. */
const HARMLESS: readonly string[] = [
  'browser_navigate',
  'browser_navigate_back',
  'browser_tabs',
  'browser_hover',
  'browser_close',
  'browser_resize',
  'browser_emulate_media',
  'browser_mouse_move_xy',
  'browser_mouse_wheel',
  'browser_network_state_set',
];

/** Every package's own account of a tool. */
function accountsOf(preset: string, tool: string): RecordedTool[] {
  return Object.values(recordOf(preset)).flatMap(({ tools }) => (Object.hasOwn(tools, tool) ? [tools[tool]!] : []));
}

/** Where a key or a pointer leads in the form of some arguments. */
function formAt(form: Form | undefined, name: string): Form | undefined {
  const steps = name.startsWith('/') ? name.slice(1).split('/') : [name];
  return steps.reduce<Form | undefined>((at, step) => {
    if (typeof at !== 'object') return undefined;
    return step === '*' ? (at as readonly Form[])[0] : (at as Readonly<Record<string, Form>>)[step];
  }, form);
}

function holdsText(form: Form | undefined): boolean {
  if (Array.isArray(form)) return holdsText(form[0]);
  return form === 'string' || form === 'any';
}

function namedBy({
  arguments: judged = {},
  writes = [],
  base,
  excludes,
  formFields = [],
  uploads = [],
}: PresetTool): string[] {
  const others = [base, excludes].filter((name) => name !== undefined);
  return [...Object.values(judged).flat(), ...writes, ...others, ...formFields, ...uploads];
}

test('every name of the config has its preset, in the same order', () => {
  assert.deepEqual(
    PRESETS.map(({ name }) => name),
    PRESET_NAMES,
  );
  for (const name of PRESET_NAMES) assert.equal(presetNamed(name)?.name, name);
  assert.equal(presetNamed('none'), undefined);
});

test('every tool its packages list is in the preset', () => {
  for (const { name, tools } of PRESETS) {
    const listed = Object.values(recordOf(name)).flatMap((server) => Object.keys(server.tools));
    assert.ok(listed.length > 0, name);
    assert.deepEqual(
      listed.filter((tool) => !Object.hasOwn(tools, tool)),
      [],
      name,
    );
  }
});

test('every tool of a preset is one its packages list', () => {
  for (const { name, tools } of PRESETS) {
    if (name === UNRECORDED) continue;
    assert.deepEqual(
      Object.keys(tools).filter((tool) => accountsOf(name, tool).length === 0),
      [],
      name,
    );
  }
});

test('every argument a preset names is one that tool takes, and holds text', () => {
  for (const { name, tools } of PRESETS) {
    for (const [tool, known] of Object.entries(tools)) {
      const forms = accountsOf(name, tool).map((account) => account.arguments);
      for (const argument of namedBy(known)) {
        assert.ok(
          forms.some((form) => formAt(form, argument) !== undefined),
          `${name}: ${tool} takes no ${argument}`,
        );
      }
      for (const argument of Object.values(known.arguments ?? {}).flat()) {
        assert.ok(
          forms.some((form) => holdsText(formAt(form, argument))),
          `${name}: ${tool}.${argument} holds no text`,
        );
      }
    }
  }
});

test('no argument a package adds under a telling name goes unjudged', () => {
  const telling =
    /^(?:.*[_-])?(?:sql|command|cmd|script|url|uri|proxy|endpoint|filename|paths?|directory|cwd|workdir)$/;
  const unjudged = PRESETS.flatMap(({ name, tools }) =>
    Object.entries(tools).flatMap(([tool, known]) => {
      const judged = namedBy(known);
      const keys = new Set(accountsOf(name, tool).flatMap((account) => Object.keys(account.arguments)));
      const left = [...keys].filter((key) => telling.test(key) && !judged.includes(key));
      return left.map((key) => `${name}/${tool}.${key}`);
    }),
  );
  assert.deepEqual(unjudged, NOT_JUDGED);
});

test('nothing counts as reading that its package says destroys, but where that is known to be wrong', () => {
  const wrong = PRESETS.flatMap(({ name, tools }) =>
    Object.entries(tools)
      .filter(([tool, { kind }]) => {
        const accounts = accountsOf(name, tool);
        return kind === 'read' && accounts.some(({ annotations }) => annotations.destructiveHint === true);
      })
      .map(([tool]) => tool),
  );
  assert.deepEqual(wrong, HARMLESS);
});

test('every package can be told from those of the same name elsewhere', () => {
  for (const { packages } of PRESETS) {
    for (const [name, programs] of Object.entries(packages)) {
      assert.match(name, /^(?:npm:(?:@[a-z-]+\/)?[a-z-]+|pypi:[a-z-]+|image:[a-z./-]+)$/);
      assert.equal(programs!.length > 0, !name.startsWith('image:'), name);
    }
  }
});

test('what one package needs besides is said of packages of its preset, and hosts of servers that reach some', () => {
  for (const { name, packages, sandbox, also = {} } of PRESETS) {
    for (const of of Object.keys(also)) assert.ok(Object.hasOwn(packages, of), `${name}: ${of}`);
    const { network, hosts, connects, usesProxy } = sandbox;
    if (network !== 'proxy') assert.deepEqual([hosts, connects, usesProxy], [undefined, undefined, undefined], name);
  }
});

test('a server that reads all of the machine is one that runs commands, and none has its whole network', () => {
  for (const { name, sandbox } of PRESETS) {
    assert.equal(sandbox.narrow, name !== 'shell', name);
    assert.notEqual(sandbox.network, 'host', name);
  }
});
