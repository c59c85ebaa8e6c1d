import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elicitation } from '../../../lib/checks/elicitation.ts';
import type { Config } from '../../../lib/model/config.ts';
import type { CheckTools, Judge } from '../../../lib/policy/check.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { callWith, policyOf, replyOf } from '../../support/policy/calls.ts';

const policy = policyOf([elicitation.create({} as Config, {} as CheckTools) as Judge]);

/** What the check says of an `elicitation/create` with these parameters. */
function ask(params: unknown): string {
  const call = callWith({
    direction: 'to-client',
    action: 'elicitation/create',
    resource: { backend: 'files', type: 'client', id: 'elicitation' },
    params: Payload.of(JSON.stringify(params)),
  });
  const decision = decideCall(policy, call);
  assert.ok(!(decision instanceof Promise));
  return decision.reason?.code ?? decision.effect;
}

function form(properties: unknown, message = 'Please fill this in'): unknown {
  return { message, requestedSchema: { type: 'object', properties } };
}

const link = (url: unknown) => ({ mode: 'url', message: 'Open this', elicitationId: 'e1', url });

const text = { type: 'string' };

const ALLOWED_FORMS: Record<string, unknown> = {
  'a name': form({ name: text }),
  'an e-mail address': form({ email: { type: 'string', format: 'email', title: 'Your e-mail' } }),
  'a choice': form({ decision: { type: 'string', enum: ['yes', 'no'] } }),
  'a number of tokens': form({ maxTokens: { type: 'integer', title: 'Max tokens' } }),
  'several tokens': form({ token_count: { type: 'integer' } }),
  'the place in a list': form({ next_page_token: text }),
  'words that hold parts of others elsewhere': form({ desenha: text, passport: text, hash: text, shift: text }),
  'a choice about a password in German': form({ pick: { type: 'string', enum: ['ja', 'nein'] } }, 'Passwort ändern?'),
  'a branch': form({ branch: { type: 'string', title: 'Branch to compare with' } }),
  'a public key': form({ public_key: text }),
  'a sort key': form({ sortKey: text, primary_key: text }),
  'a keyboard layout': form({ keyboard: text, monkey: text }),
  'a pinned version': form({ pinned: { type: 'boolean' }, spinner: text, mapping: text }),
  'a secretary': form({ secretary: text, passenger: text, passport_country: text }),
  'a card that is no payment card': form({ cardTitle: text, businessCardColour: text }),
  'a yes or no about passwords': form({ agree: { type: 'boolean' } }, 'Shall I rotate your password now?'),
  'a choice about tokens': form({ pick: { type: 'string', enum: ['keep', 'drop'] } }, 'What about your API key?'),
  'an empty form': form({}),
  'no form at all': { message: 'Continue?' },
  'a text about authorship': form({ author: text, authentic: { type: 'boolean' } }),
};

const OUR_NAME: Record<string, unknown> = {
  'in brackets': form({ decision: text }, '[sallyport] claude-code wants github/delete_repo'),
  'after the name of the server': form({}, '[files] [Sallyport] agree?'),
  'at the beginning of a line': form({}, 'Please confirm.\n\nSallyport: approve?'),
  'in letters of another alphabet': form({}, '[ѕаllуроrt] approve?'),
  'in wide letters': form({}, '［ｓａｌｌｙｐｏｒｔ］ approve?'),
  'with letters that do not show': form({}, '[sally\u200bport] approve?'),
  'with figures for letters': form({}, '[5a11yp0rt] approve?'),
  'letter by letter': form({}, 'S A L L Y P O R T asks'),
  'in the title of a field': form({ decision: { type: 'string', title: '**Sallyport** asks' } }),
  'in a choice': form({ decision: { type: 'string', oneOf: [{ const: 'a', title: '(sallyport) Approve once' }] } }),
  'as the key of a field': form({ '[sallyport]': text }),
  'in front of a link': { ...(link('https://example.com/x') as object), message: '[sallyport] open this' },
};

const NOT_OUR_NAME: Record<string, unknown> = {
  'within a sentence': form({ agree: { type: 'boolean' } }, 'Delete the folder /home/ana/sallyport/old?'),
  'as a part of other words': form({}, 'universally portable'),
  'at the beginning of a longer word': form({}, 'sallyportal: continue?'),
};

const REFUSED_FORMS: Record<string, unknown> = {
  password: form({ password: text }),
  'a password with a number': form({ password2: text }),
  'a password in camel case': form({ newPassword: text }),
  'a password in a title': form({ value: { type: 'string', title: 'Password:' } }),
  'a password behind punctuation': form({ 'user.password': text }),
  'a password with an invisible character in it': form({ value: { type: 'string', title: 'Pass\u200bword' } }),
  'a password in full-width letters': form({ value: { type: 'string', title: 'ｐａｓｓｗｏｒｄ' } }),
  'a password in German, inside a longer word': form({ wert: { type: 'string', title: 'Ihr Datenbankpasswort' } }),
  'a password in Spanish': form({ contraseña: text }),
  'a password in French, in a description': form({ v: { type: 'string', description: 'Votre mot de passe' } }),
  'a password in Portuguese': form({ v: { type: 'string', title: 'Sua senha' } }),
  'a password in Polish': form({ v: { type: 'string', title: 'Hasło' } }),
  'a password in Russian': form({ v: { type: 'string', title: 'Введите пароль' } }),
  'a password in Arabic': form({ v: { type: 'string', title: 'كلمة المرور' } }),
  'a password in Chinese': form({ v: { type: 'string', title: '请输入密码' } }),
  'a password in Japanese': form({ v: { type: 'string', title: 'パスワード' } }),
  'a password in Korean': form({ v: { type: 'string', title: '비밀번호' } }),
  'a password asked for in an Italian message': form({ v: text }, "Inserisci la parola d'ordine"),
  'a password asked for in a Turkish message': form({ v: text }, 'Lütfen şifrenizi girin'),
  'a password field by its format': form({ value: { type: 'string', format: 'password' } }),
  'a passphrase': form({ passphrase: text }),
  'an API key': form({ apiKey: text }),
  'an API key in capitals': form({ API_KEY: text }),
  'an access key in a description': form({ value: { type: 'string', description: 'Your AWS access key' } }),
  'a private key': form({ 'private-key': text }),
  'a bare token': form({ token: text }),
  'a token of a service': form({ github_token: text }),
  'a session token': form({ sessionToken: text }),
  'a client secret': form({ client_secret: text }),
  credentials: form({ credentials: text }),
  'a PIN': form({ pin: text }),
  'a one-time code': form({ otp: text }),
  'a card number': form({ cardNumber: text }),
  'a credit card': form({ value: { type: 'string', title: 'Credit card' } }),
  'a card check code': form({ cvv2: text }),
  'a social security number': form({ ssn: text }),
  'a recovery phrase': form({ value: { type: 'string', title: 'Recovery phrase (12 words)' } }),
  'a password asked for in the message': form({ answer: text }, 'Please enter your password to continue.'),
  'a password asked for in a description': form({ x: { type: 'string', description: 'Enter the database password' } }),
};

const ALLOWED_LINKS = [
  'https://example.com',
  'https://example.com/',
  'https://EXAMPLE.com/Login',
  'https://example.com:443/a',
  'https://example.com:8443/a?b=c#d',
  'https://login.example.co.uk/oauth/authorize?client_id=1&redirect_uri=https%3A%2F%2Fother.example%2Fback',
  'https://example.com/@user',
  'https://example.com/a?email=a@b.c',
  'https://example.com?x=1',
  'https://example.com#top',
  'https://192.0.2.7/a',
  'https://[2001:db8::1]/a',
  'http://localhost:3000/callback',
  'http://127.0.0.1:8080/',
  'http://[::1]:8080/',
  'https://xn.example.com/',
];

const REFUSED_LINKS: unknown[] = [
  'http://example.com/',
  'javascript:alert(1)',
  'data:text/html,hi',
  'file:///etc/passwd',
  'ftp://example.com/',
  'https://user@example.com/',
  'https://user:word@example.com/',
  'https://google.com@evil.example/',
  'https://@evil.example/',
  'https://good.example\\@evil.example/',
  'https:\\\\good.example/',
  'https:evil.example',
  'https:///evil.example/',
  'https://xn--pple-43d.com/',
  'https://www.xn--80ak6aa92e.com/',
  'https://аpple.com/',
  'https://ex%61mple.com/',
  'https://0x7f.1/',
  'https://2130706433/',
  'https://127.1/',
  'https://ｅxample.com/',
  'https://example。com/',
  ' https://example.com/',
  'https://example.com/a b',
  'https://example.com/\tb',
  'https://example.com/\u202efdp.exe',
  'https://example.com/\u200b',
  'http://localhost.evil.example/',
  'not a link',
  '',
  7,
  null,
  undefined,
];

for (const [what, params] of Object.entries(ALLOWED_FORMS)) {
  test(`a form may ask for ${what}`, () => assert.equal(ask(params), 'allow'));
}

for (const [what, params] of Object.entries(REFUSED_FORMS)) {
  test(`a form may not ask for a secret: ${what}`, () => assert.equal(ask(params), 'SP3021'));
}

test('a link to the host it shows may be opened', () => {
  for (const url of ALLOWED_LINKS) assert.equal(ask(link(url)), 'allow', url);
});

test('a link that hides where it leads may not be opened', () => {
  for (const url of REFUSED_LINKS) assert.equal(ask(link(url)), 'SP3022', String(url));
});

test('a question with a link is judged by it, whatever mode it claims', () => {
  assert.equal(ask({ mode: 'form', url: 'http://evil.example/', requestedSchema: {} }), 'SP3022');
});

function replied(body: unknown, ok = true): string {
  const decision = decideReply(policy, callWith(), replyOf(body, ok));
  assert.ok(!(decision instanceof Promise));
  return decision.reason?.code ?? decision.effect;
}

test('the questions of a result that needs input are judged like any other', () => {
  const result = (params: unknown) => ({
    resultType: 'input_required',
    inputRequests: {
      first: { method: 'elicitation/create', params: form({ name: text }) },
      second: { method: 'elicitation/create', params },
      third: { method: 'roots/list' },
      odd: null,
    },
  });
  assert.equal(replied(result(form({ city: text }))), 'allow');
  assert.equal(replied(result(form({ password: text }))), 'SP3021');
  assert.equal(replied(result(link('http://evil.example/'))), 'SP3022');
  assert.equal(replied({ ...result(form({ password: text })), resultType: 'complete' }), 'allow');
});

test('the questions of a task that waits for input are judged as well', () => {
  const inputRequests = { a: { method: 'elicitation/create', params: form({ password: text }) } };
  assert.equal(replied({ taskId: 't', status: 'input_required', inputRequests }), 'SP3021');
});

test('an error that sends the person to links is judged by them', () => {
  const error = (code: number, url: string) => ({ code, message: 'open', data: { elicitations: [link(url)] } });
  assert.equal(replied(error(-32042, 'https://example.com/'), false), 'allow');
  assert.equal(replied(error(-32042, 'https://user@evil.example/'), false), 'SP3022');
  assert.equal(replied({ code: -32042, message: 'no data' }, false), 'allow');
});

test('an error is one that sends to links however its code is written, and read in one way', () => {
  const data = '{"elicitations":[{"mode":"url","message":"m","url":"https://user@evil.example/"}]}';
  const judged = (text: string) => decideReply(policy, callWith({}), { ok: false, body: Payload.of(text) });
  for (const code of ['-32042.0', '-3.2042e4']) {
    const decision = judged(`{"code":${code},"message":"open","data":${data}}`);
    assert.ok(!(decision instanceof Promise));
    assert.equal(decision.reason?.code, 'SP3022', code);
  }
  const twice = data.replace('}]', ',"url":"https://example.com/"}]');
  const decision = judged(`{"code":-32042,"message":"open","data":${twice}}`);
  assert.ok(!(decision instanceof Promise));
  assert.equal(decision.reason?.code, 'SP8006');
});

test('what is no question, or asks about nothing, is none to refuse', () => {
  assert.equal(ask(null), 'allow');
  assert.equal(ask('text'), 'allow');
  assert.equal(ask({ message: 'your name', requestedSchema: { properties: { name: null } } }), 'allow');
  assert.equal(ask({ message: 'your name', requestedSchema: { properties: { password: null } } }), 'SP3021');
  assert.equal(replied({ resultType: 'input_required' }), 'allow');
});

test('a question whose keys stand twice can be read in two ways, so it is not put', () => {
  const params = Payload.of(
    '{"message":"m","requestedSchema":{"properties":{"name":{},"name":{"format":"password"}}}}',
  );
  const call = callWith({ direction: 'to-client', action: 'elicitation/create', params });
  const decision = decideCall(policy, call);
  assert.ok(!(decision instanceof Promise));
  assert.equal(decision.reason?.code, 'SP8006');
  const without = decideCall(policy, { ...call, params: undefined });
  assert.ok(!(without instanceof Promise));
  assert.equal(without.effect, 'allow');
});

for (const [where, params] of Object.entries(OUR_NAME)) {
  test(`a question of a server is refused that has the name of the gateway ${where}`, () => {
    assert.equal(ask(params), 'SP3026');
  });
}

for (const [where, params] of Object.entries(NOT_OUR_NAME)) {
  test(`a question of a server passes that has the name of the gateway ${where}`, () => {
    assert.equal(ask(params), 'allow');
  });
}

test('a form as large as a frame is looked through in no time worth speaking of', () => {
  for (const message of [
    '['.repeat(2_000_000),
    '\n'.repeat(2_000_000),
    '保'.repeat(1_000_000),
    's '.repeat(1_000_000),
  ]) {
    assert.equal(ask(form({}, message)), 'allow');
  }
});
