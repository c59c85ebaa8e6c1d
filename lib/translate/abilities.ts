/** What each revision can carry, read off its schema. Revisions sort as text, being dates. */

export function hasAudio(revision: string): boolean {
  return revision >= '2025-03-26';
}

/** Words that go with a progress notification. */
export function hasProgressMessages(revision: string): boolean {
  return revision >= '2025-03-26';
}

/** `resource_link` content and `structuredContent`. */
export function hasLinks(revision: string): boolean {
  return revision >= '2025-06-18';
}

/** Sampling messages of several content blocks. */
export function hasManyBlocks(revision: string): boolean {
  return revision >= '2025-11-25';
}

/** Tasks as a part of the protocol; from 2026-07-28 on they are an extension. */
export function hasOwnTasks(revision: string): boolean {
  return revision === '2025-11-25';
}
