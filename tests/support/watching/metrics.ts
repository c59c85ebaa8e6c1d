import { send } from '../http/http.ts';
import { found } from '../program/survivors.ts';

/** Where a gateway says in its diagnostics that its metrics are read. */
export function metricsUrl(gateway: { readonly stderr: string }): Promise<string> {
  const said = () => /metrics_listening.*?(http:\/\/[^\s"]+)/.exec(gateway.stderr)?.[1];
  return found(said, 30_000, 'where metrics are read');
}

/** One sample of a scrape. */
export interface Scraped {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/i;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)/gi;

/** The samples of a scrape, labels unescaped; throws for a line that is none. */
export function samplesIn(text: string): Scraped[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = LINE.exec(line) ?? [];
      if (name === undefined) throw new Error(`no sample: ${line}`);
      const pairs = [...labels.matchAll(LABEL)].map(([, key, text]) => [key!, unescaped(text!)] as const);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

export async function scrape(url: string): Promise<string> {
  const { status, text } = await send(url, { method: 'GET' });
  if (status !== 200) throw new Error(`${status} ${text}`);
  return text;
}

/** The sum of the samples of a name that have these labels. */
export function sumOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samplesIn(text)
    .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, character: string) => (character === 'n' ? '\n' : character));
}
