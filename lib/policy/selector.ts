import { EFFECT_SELECTORS, type ToolEffect } from '../model/rules.ts';
import { compileGlob, GlobError } from './glob.ts';

/** Whether a tool, prompt or resource is meant. */
export type Selects = (backend: string, id: string, effect: () => ToolEffect) => boolean;

/**
 * Compiles `backend/tool`, split at the first slash: a glob for the backend, and after the slash a glob in which a star
 * stands for any character, or an effect (`@write`). A lone `*` means everything. Throws a {@link GlobError}.
 */
export function compileSelector(selector: string): Selects {
  if (selector === '*') return () => true;
  const slash = selector.indexOf('/');
  if (slash === -1) throw new GlobError(`"${selector}" names no tool: write backend/tool, for example "${selector}/*"`);
  const backend = compileGlob(selector.slice(0, slash), 'anything');
  const rest = selector.slice(slash + 1);
  if (!rest.startsWith('@')) {
    const id = compileGlob(rest, 'anything');
    return (name, tool) => backend(name) && id(tool);
  }
  const word = rest.slice(1);
  if (!(EFFECT_SELECTORS as readonly string[]).includes(word)) {
    throw new GlobError(`"@${word}" is no effect: choose ${EFFECT_SELECTORS.map((name) => `@${name}`).join(', ')}`);
  }
  return (name, _tool, effect) => {
    if (!backend(name)) return false;
    const { kind, flags } = effect();
    return kind === word || (flags as readonly string[]).includes(word);
  };
}

/**
 * A selector that limits what it selects, and never grants it: what is said of tools that write holds for those that
 * destroy as well, which do no less.
 */
export function compileConstraint(selector: string): Selects {
  const selects = compileSelector(selector);
  const slash = selector.indexOf('/');
  if (selector.slice(slash) !== '/@write') return selects;
  const destroys = compileSelector(`${selector.slice(0, slash)}/@destructive`);
  return (backend, id, effect) => selects(backend, id, effect) || destroys(backend, id, effect);
}
