import type { RenderingConfig } from '../../model/inspection.ts';
import type { Cut, Payload } from '../../wire/payload.ts';
import { decodeString } from '../../wire/walk.ts';
import { withoutHidden } from './hidden.ts';
import { carryingLinks, REMOVED_LINK } from './links.ts';
import { type ShownText, textsInAnswer, textsInDefinitions } from './shown-texts.ts';

/** A body with what was found in it, and without what the config wants taken out: the same one where nothing is. */
export interface Cleaned {
  readonly body: Payload;
  /** Texts that have something hidden in them. */
  readonly hidden: number;
  readonly links: number;
}

/** Which texts of a body are shown: those of an answer, or of the entries of the list that is named. */
export type Shown = 'answer' | { readonly list: string };

export function cleaned(body: Payload, shown: Shown, config: RenderingConfig): Cleaned {
  const bytes = body.bytes();
  const cuts: Cut[] = [];
  let hidden = 0;
  let links = 0;
  for (const { start, end } of textsOf(body, shown)) {
    const text = decodeString(bytes, start, end);
    const seen = config.hidden === 'off' ? text : withoutHidden(text);
    if (seen !== text) hidden++;
    // Links are looked for in what will be shown, since characters nobody sees could break up their address.
    const kept = config.hidden === 'strip' ? seen : text;
    const carrying = config.links === 'off' ? [] : carryingLinks(kept);
    links += carrying.length;
    const clean = config.links === 'strip' ? withoutLinks(kept, carrying) : kept;
    if (clean !== text) cuts.push({ start, end, text: JSON.stringify(clean) });
  }
  return { body: body.splice(cuts.sort((a, b) => a.start - b.start)), hidden, links };
}

function textsOf(body: Payload, shown: Shown): ShownText[] {
  return shown === 'answer' ? textsInAnswer(body) : textsInDefinitions(body, shown.list);
}

function withoutLinks(text: string, links: readonly { readonly start: number; readonly end: number }[]): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of links) {
    shown += text.slice(at, start) + REMOVED_LINK;
    at = end;
  }
  return shown + text.slice(at);
}
