import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../folder.ts';
import type { Message } from '../mcp/lines.ts';
import { type Ended, sallyport } from '../program/command.ts';
import { onTerminal } from '../program/terminal.ts';

const SERVER = fileURLToPath(new URL('../../fixtures/offering.js', import.meta.url));

/** What one of the servers offers; an element that is a text is sent as it is. */
export interface Offers {
  readonly instructions?: string;
  readonly tools?: readonly (Message | string)[];
  readonly prompts?: readonly Message[];
  readonly resources?: readonly Message[];
  readonly resourceTemplates?: readonly Message[];
}

/** A project with a config, servers whose offers the test changes, and a user who pins them. */
export class OfferingProject {
  readonly home: string;
  readonly project: string;
  readonly config: string;
  readonly lockfile: string;
  readonly #elsewhere: string;

  constructor(t: TestContext, offers: Readonly<Record<string, Offers>>, more = '') {
    this.home = temporaryFolder(t);
    this.#elsewhere = temporaryFolder(t);
    this.project = join(this.home, 'project');
    mkdirSync(this.project);
    this.config = join(this.project, 'sallyport.yaml');
    this.lockfile = join(this.project, 'sallyport.lock.json');
    for (const [name, offered] of Object.entries(offers)) this.offer(name, offered);
    const backends = Object.keys(offers).map((name) => {
      const args = [SERVER, this.#file(name)];
      return `  - ${JSON.stringify({ name, command: process.execPath, args })}\n`;
    });
    writeFileSync(this.config, `version: 1\nbackends:\n${backends.join('')}${more}`);
  }

  /** Neither of the project nor of the user, so that a change of it changes no trust and no command line. */
  #file(name: string): string {
    return join(this.#elsewhere, `${name}.json`);
  }

  /** From its next start on a server offers this. */
  offer(name: string, offers: Offers): void {
    writeFileSync(this.#file(name), JSON.stringify(offers));
  }

  run(words: readonly string[], home = this.home): Promise<Ended> {
    return sallyport([...words, '--config', this.config], { home, cwd: this.project });
  }

  /** The same as a person at a terminal, who types nothing unless `typed` does. */
  runAtTerminal(words: readonly string[], typed: string): Promise<Ended> {
    return onTerminal([...words, '--config', this.config], { home: this.home, cwd: this.project, input: typed });
  }

  async json(words: readonly string[], home = this.home): Promise<Message> {
    return JSON.parse((await this.run([...words, '--json'], home)).stdout);
  }

  /** The lockfile as data. */
  get pins(): Message {
    return JSON.parse(readFileSync(this.lockfile, 'utf8'));
  }
}

export const SOUND: Offers = {
  instructions: 'Read before you write.',
  tools: [
    {
      name: 'read_note',
      description: 'Reads a note.',
      inputSchema: { type: 'object', properties: { id: { type: 'string' } } },
    },
    { name: 'write_note', description: 'Writes a note.', inputSchema: { type: 'object' } },
    { name: 'delete_note', description: 'Deletes a note.', inputSchema: { type: 'object' } },
  ],
  prompts: [{ name: 'sum_up', description: 'Sums up notes.' }],
  resources: [{ uri: 'note:///1', name: 'The first note' }],
  resourceTemplates: [{ uriTemplate: 'note:///{id}', name: 'Any note' }],
};

/** The same with another first tool. */
export function withFirstTool(more: Message): Offers {
  const [first, ...rest] = SOUND.tools as Message[];
  return { ...SOUND, tools: [{ ...first, ...more }, ...rest] };
}
