/** Characters of tokens. */
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const HEX = `${DIGITS}abcdef`;
const ALNUM = `${LOWER}${UPPER}${DIGITS}`;
const URL_SAFE = `${ALNUM}_-`;
const BASE64 = `${ALNUM}+/`;
const BASE32 = `${UPPER}234567`;

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  };
}

/** Makes texts of given characters. */
export class Maker {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  of(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[Math.floor(this.#random() * alphabet.length)]).join('');
  }

  hex = (length: number): string => this.of(HEX, length);
  alnum = (length: number): string => this.of(ALNUM, length);
  urlSafe = (length: number): string => this.of(URL_SAFE, length);
  base64 = (length: number): string => this.of(BASE64, length);
  base32 = (length: number): string => this.of(BASE32, length);
  lower = (length: number): string => this.of(LOWER + DIGITS, length);
  digits = (length: number): string => `${this.of('123456789', 1)}${this.of(DIGITS, length - 1)}`;
  encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  /** As people make them: a word, digits and a sign. */
  password(): string {
    const signs = this.of('!#%^*?~', 2);
    return `${this.of(UPPER, 1)}${this.of(LOWER, 5)}${signs[0]}${this.of(DIGITS, 3)}${this.of(LOWER, 3)}${signs[1]}`;
  }
}

/** One kind of token, and the name a config would give it. */
export interface Shape {
  readonly name: string;
  readonly variable: string;
  /** It stands inside a text that is written as a whole, such as a URL. */
  readonly whole?: true;
  readonly make: (maker: Maker) => { readonly text: string; readonly secret: string };
}

function plain(name: string, variable: string, make: (maker: Maker) => string): Shape {
  return {
    name,
    variable,
    make: (maker) => {
      const text = make(maker);
      return { text, secret: text };
    },
  };
}

/** Begins of tokens are put together here, so that no scanner takes this file for a leak. */
const begin = (...parts: readonly string[]): string => parts.join('');

export const SHAPES: readonly Shape[] = [
  plain('github-pat', 'GITHUB_TOKEN', (m) => begin('gh', 'p_', m.alnum(36))),
  plain('github-fine-grained', 'GH_PAT', (m) => begin('github', '_pat_', m.alnum(22), '_', m.alnum(59))),
  plain('github-app', 'GH_APP_TOKEN', (m) => begin('gh', 's_', m.alnum(36))),
  plain('gitlab-pat', 'GITLAB_TOKEN', (m) => begin('gl', 'pat-', m.urlSafe(20))),
  plain('aws-access-key', 'AWS_ACCESS_KEY_ID', (m) => begin('AK', 'IA', m.base32(16))),
  plain('aws-secret-key', 'AWS_SECRET_ACCESS_KEY', (m) => m.base64(40)),
  plain('google-api-key', 'GOOGLE_API_KEY', (m) => begin('AI', 'za', m.urlSafe(35))),
  plain('google-oauth-secret', 'GOOGLE_CLIENT_SECRET', (m) => begin('GOC', 'SPX-', m.urlSafe(28))),
  plain('google-oauth-token', 'GOOGLE_TOKEN', (m) => begin('ya', '29.', m.urlSafe(120))),
  plain('slack-bot', 'SLACK_BOT_TOKEN', (m) => begin('xo', 'xb-', m.digits(12), '-', m.digits(13), '-', m.alnum(24))),
  plain('slack-user', 'SLACK_TOKEN', (m) =>
    begin('xo', 'xp-', m.digits(11), '-', m.digits(11), '-', m.digits(12), '-', m.hex(32)),
  ),
  plain('slack-webhook', 'SLACK_WEBHOOK', (m) =>
    begin('https://hooks.', 'slack.com/services/T', m.of(UPPER, 8), '/B', m.of(UPPER, 8), '/', m.alnum(24)),
  ),
  plain('stripe-live', 'STRIPE_KEY', (m) => begin('sk', '_live_', m.alnum(24))),
  plain('stripe-restricted', 'STRIPE_RESTRICTED_KEY', (m) => begin('rk', '_live_', m.alnum(24))),
  plain('openai', 'OPENAI_API_KEY', (m) => begin('sk', '-proj-', m.urlSafe(74), 'T3Blbk', 'FJ', m.urlSafe(74))),
  plain('anthropic', 'ANTHROPIC_API_KEY', (m) => begin('sk', '-ant-api03-', m.urlSafe(93), 'AA')),
  plain('hugging-face', 'HF_TOKEN', (m) => begin('h', 'f_', m.of(LOWER + UPPER, 34))),
  plain('npm', 'NPM_TOKEN', (m) => begin('np', 'm_', m.alnum(36))),
  plain('pypi', 'PYPI_TOKEN', (m) => begin('py', 'pi-AgEIcHlw', 'aS5vcmc', m.urlSafe(70))),
  plain('sendgrid', 'SENDGRID_API_KEY', (m) => begin('S', 'G.', m.urlSafe(22), '.', m.urlSafe(43))),
  plain('twilio', 'TWILIO_API_KEY', (m) => begin('S', 'K', m.hex(32))),
  plain('mailgun', 'MAILGUN_KEY', (m) => begin('ke', 'y-', m.hex(32))),
  plain('mailchimp', 'MAILCHIMP_KEY', (m) => begin(m.hex(32), '-u', 's', m.digits(1))),
  plain('digitalocean', 'DO_TOKEN', (m) => begin('do', 'p_v1_', m.hex(64))),
  plain('heroku', 'HEROKU_API_KEY', (m) => begin('HR', 'KU-AA', m.urlSafe(58))),
  plain('shopify', 'SHOPIFY_TOKEN', (m) => begin('shp', 'at_', m.hex(32))),
  plain('databricks', 'DATABRICKS_TOKEN', (m) => begin('da', 'pi', m.hex(32))),
  plain('docker', 'DOCKER_PAT', (m) => begin('dc', 'kr_pat_', m.urlSafe(27))),
  plain('discord-bot', 'DISCORD_TOKEN', (m) => begin('M', m.alnum(23), '.', m.urlSafe(6), '.', m.urlSafe(38))),
  plain('telegram-bot', 'TELEGRAM_BOT', (m) => begin(m.digits(10), ':A', 'A', m.urlSafe(33))),
  plain('jwt', 'SESSION_JWT', (m) =>
    begin(
      m.encoded({ alg: 'HS256', typ: 'JWT' }),
      '.',
      m.encoded({ sub: m.digits(10), name: m.alnum(8), iat: 1 }),
      '.',
      m.urlSafe(43),
    ),
  ),
  plain('vault', 'VAULT_TOKEN', (m) => begin('hv', 's.', m.urlSafe(95))),
  plain('grafana', 'GRAFANA_TOKEN', (m) => begin('gl', 'sa_', m.alnum(32), '_', m.hex(8))),
  plain('linear', 'LINEAR_KEY', (m) => begin('lin', '_api_', m.alnum(40))),
  plain('private-key', 'TLS_PRIVATE_KEY', (m) => {
    const lines = Array.from({ length: 8 }, () => m.base64(64)).join('\n');
    return begin('-----BEGIN ', 'RSA PRIVATE KEY-----\n', lines, '\n-----END ', 'RSA PRIVATE KEY-----');
  }),
  {
    name: 'azure-storage',
    variable: 'AZURE_STORAGE_CONNECTION_STRING',
    make: (m) => {
      const secret = `${m.base64(86)}==`;
      const head = begin('DefaultEndpointsProtocol=https;AccountName=', m.lower(10), ';Account', 'Key=');
      return { text: `${head}${secret};EndpointSuffix=core.windows.net`, secret };
    },
  },
  {
    name: 'database-url',
    variable: 'DATABASE_URL',
    make: (m) => {
      const secret = m.alnum(16);
      return { text: begin('postgres:/', `/app_${m.lower(4)}:${secret}@db.internal:5432/app`), secret };
    },
  },
  {
    name: 'basic-auth-url',
    variable: 'REGISTRY_URL',
    make: (m) => {
      const secret = m.alnum(12);
      return { text: begin('https:/', `/deploy:${secret}@packages.corp.io/npm/`), secret };
    },
  },
  plain('generic-hex-key', 'ENCRYPTION_KEY', (m) => m.hex(64)),
  plain('generic-password', 'DB_PASSWORD', (m) => m.password()),
];

export interface MadeSecret {
  readonly shape: string;
  readonly context: string;
  readonly text: string;
  /** What must not be seen. */
  readonly secret: string;
}

const CONTEXTS: readonly (readonly [name: string, write: (shape: Shape, text: string) => string])[] = [
  ['env', ({ variable }, text) => `NODE_ENV=production\n${variable}=${text}\nPORT=8080\n`],
  [
    'json',
    ({ variable }, text) => JSON.stringify({ name: 'deploy', [variable.toLowerCase()]: text, retries: 3 }, null, 2),
  ],
  [
    'code',
    ({ variable }, text) =>
      `import os\n\n${variable} = "${text.replaceAll('\n', '\\n')}"\nclient = connect(${variable})\n`,
  ],
  ['prose', (shape, text) => prose(shape, text)],
];

/** As somebody writes it to a colleague, or as a link. */
function prose({ name, variable }: Shape, text: string): string {
  if (name === 'generic-password') return `Log in as deploy, the password is ${text} for now.`;
  if (name === 'generic-hex-key') return `The encryption key is ${text}, do not lose it.`;
  if (name === 'aws-secret-key') return `Use the pair below. aws_secret_access_key: ${text} goes with it.`;
  if (name === 'discord-bot') return `The discord bot logs in with ${text} as agreed.`;
  return /^\w+$/.test(text)
    ? `See https://api.corp.io/v1/items?${variable.toLowerCase()}=${text} for the list.`
    : `Please use ${text} until Friday.`;
}

/** Every shape in every context. */
export function madeSecrets(seed = 20261121): MadeSecret[] {
  const maker = new Maker(seed);
  return SHAPES.flatMap((shape) =>
    CONTEXTS.map(([context, write]) => {
      const { text, secret } = shape.make(maker);
      const escaped =
        context === 'json'
          ? JSON.stringify(secret).slice(1, -1)
          : context === 'code'
            ? secret.replaceAll('\n', '\\n')
            : secret;
      return { shape: shape.name, context, text: write(shape, text), secret: escaped };
    }),
  );
}

/** JSON or YAML with a made secret for each `<<shape>>` in it; the same word is the same secret wherever it stands. */
export function withSecrets(text: string): string {
  return text.replace(/<<([\w-]+)>>/g, (_, name: string) => JSON.stringify(madeSecret(name)).slice(1, -1));
}

/** One secret of a shape, always the same. */
export function madeSecret(name: string): string {
  const index = SHAPES.findIndex((shape) => shape.name === name);
  if (index === -1) throw new Error(`no secrets of the shape ${name} are made`);
  return SHAPES[index]!.make(new Maker(1000 + index)).secret;
}

/** Texts that look like secrets to those who do not look twice. */
export function lookAlikes(seed = 7): readonly (readonly [name: string, text: string])[] {
  const m = new Maker(seed);
  const uuid = () => `${m.hex(8)}-${m.hex(4)}-4${m.hex(3)}-a${m.hex(3)}-${m.hex(12)}`;
  return [
    ['uuid', `The order ${uuid()} was shipped.`],
    ['uuid of a key id', `key_id: ${uuid()}`],
    ['git commit', `commit ${m.hex(40)}\nAuthor: Ann <ann@example.com>`],
    ['short commits', `${m.hex(7)}..${m.hex(7)} main -> origin/main`],
    ['sha256 sum', `${m.hex(64)}  release-1.4.0.tar.gz`],
    ['docker digest', `FROM node@sha256:${m.hex(64)}`],
    ['integrity', `"integrity": "sha512-${m.base64(86)}=="`],
    ['etag', `ETag: "${m.hex(32)}"`],
    ['md5', `md5(${m.alnum(5)}) = ${m.hex(32)}`],
    ['base64 image', `data:image/png;base64,iVBORw0KGgo${m.base64(400)}`],
    ['public key', `-----BEGIN PUBLIC KEY-----\n${m.base64(64)}\n-----END PUBLIC KEY-----`],
    ['ssh public key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${m.base64(43)} ann@laptop`],
    ['lorem', 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.'],
    ['placeholder', 'export OPENAI_API_KEY=YOUR_API_KEY'],
    ['placeholder in brackets', 'Authorization: Bearer <your-access-token-here>'],
    ['variable', 'password: ${{ secrets.DEPLOY_PASSWORD }}'],
    ['environment', 'const apiKey = process.env.SERVICE_API_KEY ?? config.apiKey;'],
    ['example key', `aws_access_key_id = ${begin('AK', 'IA', 'IOSFODNN7', 'EXAMPLE')}`],
    ['stars', 'token: ************************'],
    ['x', `GITHUB_TOKEN=${begin('gh', 'p_', 'x'.repeat(36))}`],
    ['type', 'function login(username: string, password: string): Promise<AccessToken> {'],
    ['schema', '"password": { "type": "string", "minLength": 12, "description": "Password of the user" }'],
    ['url without password', 'postgres://localhost:5432/app and http://user@host.corp.io:8080/path'],
    ['next page', `"nextPageToken": "${m.urlSafe(60)}"`],
    ['time and numbers', '1700000000000 3.14159265358979323846 2026-11-21T20:06:00.000Z +0100'],
    ['css', '.sk-fading-circle .sk-circle12:before { -webkit-animation-delay: -0.1s; }'],
  ];
}
