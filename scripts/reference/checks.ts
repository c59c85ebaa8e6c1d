import { CHECKS } from '../../lib/checks/index.ts';

/** `docs/reference/checks.md`: the pipeline, from the list the gateway runs. */
export function checksReference(): string {
  return `# Checks

Every request is put to these checks, in this order, and its answer once more before it is handed on. A check that
throws denies. Deny beats approval, approval beats allow.

| | Check | What it judges |
|---|---|---|
${CHECKS.map(({ id, about }, index) => `| ${index + 1} | \`${id}\` | ${about} |`).join('\n')}
`;
}
