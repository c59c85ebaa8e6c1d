import type { Channel, RenderingConfig } from '../../model/inspection.ts';
import type { Said } from '../../threads/asked-in-turn.ts';
import type { MemberPlace } from '../../wire/payload.ts';
import type { Shown } from '../rendering/cleaned.ts';
import type { Whole } from '../whole.ts';

/** What is wanted of a message: what its texts hide, or itself without what attacks those who look at it. */
export type Wanted =
  | { readonly channel: Channel; readonly before: string }
  | { readonly shown: Shown; readonly config: RenderingConfig };

/** What the thread is asked: parts of one message, JSON in UTF-8, then what is wanted of what they make together. */
export type Question = { readonly part: Uint8Array<ArrayBuffer> } | Wanted;

/** What was found in a message that was cleaned, and what is left of it; undefined when that is all of it. */
export interface CleanedElsewhere {
  readonly hidden: number;
  readonly links: number;
  readonly body: { readonly bytes: Uint8Array<ArrayBuffer>; readonly members: readonly MemberPlace[] } | undefined;
}

export type Answer = { readonly whole: Whole } | { readonly cleaned: CleanedElsewhere };
export type Told = Answer | Said;
