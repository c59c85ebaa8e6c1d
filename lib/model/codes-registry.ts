import { type CodeEntry, entry } from './code-entry.ts';

/** Codes of the registry: faults of a lockfile from SP4001 on, what servers offer and may not from SP4101 on. */
export const REGISTRY_CODES = {
  SP4001: entry('The lockfile cannot be read or written.', 'Check the path, its permissions and the free space.'),
  SP4002: entry(
    'The lockfile is not JSON, or was cut off.',
    'Take the version before from your repository, or delete the file and run `sallyport pin`.',
  ),
  SP4003: entry(
    'Two versions of the lockfile were merged and the marks of the conflict are still in it.',
    'Take one side of it whole, then run `sallyport pin` to add what it lacks.',
  ),
  SP4004: entry('A key stands twice in the lockfile.', 'Take one of the two, then run `sallyport pin`.'),
  SP4005: entry(
    'The lockfile holds something that does not belong there.',
    'Nothing in it is written by hand; take the version before, or run `sallyport pin`.',
  ),
  SP4006: entry('The lockfile has a version this Sallyport does not read.', 'Update Sallyport.'),
  SP4007: entry(
    'The hash of an item is not that of its definition: one of them was changed by hand.',
    'Take the version before from your repository, or remove the item and run `sallyport pin`.',
  ),
  SP4008: entry('An item stands twice in the lockfile.', 'Remove one of the two, then run `sallyport pin`.'),
  SP4009: entry(
    'The lockfile is not in its order, as after a merge that went wrong.',
    'Take one side of the merge whole, then run `sallyport pin`.',
  ),
  SP4010: entry(
    'A section of the lockfile was changed after it was sealed.',
    'Look at what changed since, then approve it again with `sallyport pin`.',
  ),
  SP4011: entry(
    'Another process has the lockfile and does not let go.',
    'Wait for it; if none runs, remove the `.lock` file beside the lockfile.',
  ),
  SP4012: entry(
    'The key that pins are sealed with cannot be used.',
    'Make it readable for you alone; without it, approve again with `sallyport pin`.',
  ),
  SP4101: entry(
    'Two servers have a tool of the same name.',
    'Find out which is meant; names keep their prefix where several backends are configured.',
  ),
  SP4102: entry(
    'The name of a tool looks like that of another one.',
    'Check that both are what they seem; deny the one that is not needed.',
  ),
  SP4103: entry(
    'A definition speaks of a tool of another server, as one would to lead a model there.',
    'Read the sentence; deny the item if the server has no business with that tool.',
  ),
  SP4104: entry(
    'A definition can be read in two ways, or in none, and cannot be pinned.',
    "Report it to the server's author; its other items work.",
  ),
  SP4105: entry('A definition has characters nobody sees.', 'Read it as `sallyport inspect` shows it.'),
  SP4106: entry('Inspection found instructions in a definition.', 'Read the sentence before you approve it.'),
  SP4121: entry(
    'Nobody has approved this, and what is not approved does not exist.',
    'Look at what the server offers and approve it: `sallyport pin`.',
  ),
  SP4122: entry(
    'The server describes this in another way than it was pinned.',
    'A person must look at the change and approve it: `sallyport pin`.',
  ),
  SP4123: entry(
    'What the server offers changed while the call was on its way, so it was not made.',
    'Make the call again; if it happens all the time, report the server.',
  ),
  SP4124: entry(
    'The definition can be read in two ways, or inspection keeps it out.',
    'Look at it with `sallyport pin`; report it to whoever makes the server.',
  ),
  SP4125: entry(
    'The server no longer lists this, though it was pinned.',
    'Find out why it is gone, then approve what is left: `sallyport pin`.',
  ),
  SP4126: entry(
    'The pins of the backend are those of another command or URL.',
    'If the change of the config was meant, approve what the server offers now: `sallyport pin`.',
  ),
  SP4127: entry(
    'The server did not list what it offers, so nothing could be compared with what is pinned.',
    'Look into the log for what it answered, or raise `limits.list_timeout_secs`.',
  ),
} as const satisfies Record<string, CodeEntry>;
