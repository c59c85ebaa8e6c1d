import type { KeyPath } from './key-path.ts';
import { showPath, valueAt } from './key-path.ts';
import type { Overrides } from './overrides.ts';
import type { Problem } from './problems.ts';
import type { Layer } from './reading.ts';

/** Sections that are read and do nothing yet. */
const WAITING: readonly KeyPath[] = [['injection'], ['security', 'injection'], ['metrics']];

/** What a file asks for and does not get: said, and refused where somebody could rely on it to keep others out. */
export function waitingSections({ config, source }: Layer, { serving }: Overrides): Problem[] {
  const problems = WAITING.filter((path) => valueAt(config, path) !== undefined).map((path): Problem => {
    const message = `${showPath(path)} does nothing in this version`;
    return { code: 'SP1105', severity: 'warning', message, where: source.where(path) };
  });
  if (config.auth?.provider !== 'jwt') return problems;
  const message = 'tokens cannot be verified by this version, so nobody could be told from anybody else';
  const severity = serving === true ? 'error' : 'warning';
  return [...problems, { code: 'SP2007', severity, message, where: source.where(['auth', 'provider']) }];
}
