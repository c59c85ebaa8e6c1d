/** Revisions sort as text, being dates. What each can carry is read off their schemas. */

/** `audio` content came with 2025-03-26, and so did the words that go with progress. */
export function takesAudio(revision: string): boolean {
  return revision >= '2025-03-26';
}

/** `resource_link` content and structured results came with 2025-06-18. */
export function takesLinks(revision: string): boolean {
  return revision >= '2025-06-18';
}

/** Messages of several content blocks in sampling, and tasks, came with 2025-11-25. */
export function takesManyBlocks(revision: string): boolean {
  return revision >= '2025-11-25';
}
