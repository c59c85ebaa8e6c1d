import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/5jPb9AAAAABJRU5ErkJggg==';
const SOURCES: Readonly<Record<string, string | Buffer>> = {
  'README.md': '# orders-api\n\nWhat we recieve is what we bill.\n',
  'package.json': '{ "name": "orders-api", "version": "1.2.0", "scripts": { "test": "node --test" } }\n',
  'src/index.ts': "export * from './orders.ts';\n",
  'src/orders.ts': 'const RATE = 1;\n\nexport const cents = (amount: number) => Math.round(amount * RATE * 100);\n',
  'tests/orders.test.ts': "import { test } from 'node:test';\n\ntest('amounts are in cents', () => {});\n",
  'logs/dev.log': 'listening\nstopped\n',
  'docs/logo.png': Buffer.from(PIXEL, 'base64'),
};

/** Makes `folder` the project an ordinary day begins with, whatever was there. */
export function makeDayProject(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, content] of Object.entries(SOURCES)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
