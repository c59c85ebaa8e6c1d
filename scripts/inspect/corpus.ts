import { readFileSync } from 'node:fs';
import { CHANNELS, type Channel } from '../../lib/model/inspection.ts';

/** One text of a corpus, as a line of JSON says it. */
export interface Sample {
  readonly id: string;
  readonly source: string;
  readonly isAttack: boolean;
  readonly channel: string;
  readonly kind: string;
  readonly evasion: string | undefined;
  readonly lang: string | undefined;
  readonly licence: string;
  readonly text: string;
}

/** A line that is no sample, and why. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** A channel nobody knows is judged as what tools answer. */
export function channelOf({ channel }: Sample): Channel {
  return CHANNELS.find((known) => known === channel) ?? 'result';
}

/** Reads a file line by line, from its bytes, since a file may be longer than a string. */
export function readCorpus(file: string, faults: Fault[]): Sample[] {
  const bytes = readFileSync(file);
  const samples: Sample[] = [];
  let line = 0;
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at);
    const end = newline === -1 ? bytes.length : newline;
    const text = bytes.toString('utf8', at, end).trim();
    at = end + 1;
    line++;
    if (text === '') continue;
    const read = sampleOf(text, line);
    if (typeof read === 'string') faults.push({ file, line, reason: read });
    else samples.push(read);
  }
  return samples;
}

function sampleOf(json: string, line: number): Sample | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch {
    return 'not JSON';
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return 'not an object';
  const fields = parsed as Record<string, unknown>;
  const said = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  if (typeof fields['text'] !== 'string') return 'no text';
  const label = said('label');
  if (label !== 'attack' && label !== 'benign') return 'label is neither attack nor benign';
  return {
    id: said('id') ?? `line ${line}`,
    source: said('source') ?? 'unnamed',
    isAttack: label === 'attack',
    channel: said('channel') ?? 'unnamed',
    kind: said('kind') ?? 'unnamed',
    evasion: said('evasion'),
    lang: said('lang'),
    licence: said('lic') ?? 'unnamed',
    text: fields['text'],
  };
}
