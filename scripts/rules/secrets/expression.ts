/** A range of characters, by their codes. */
export type Range = readonly [from: number, to: number];

/** A regular expression as a tree. `folds` says that letters of both cases are meant. */
export type Expression =
  | { readonly kind: 'char'; readonly char: string; readonly folds: boolean }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly Range[];
      readonly escapes: readonly string[];
      readonly folds: boolean;
    }
  | { readonly kind: 'any'; readonly lines: boolean }
  | { readonly kind: 'assert'; readonly source: string }
  | { readonly kind: 'group'; readonly captures: boolean; readonly inner: Expression }
  | { readonly kind: 'seq'; readonly items: readonly Expression[] }
  | { readonly kind: 'alt'; readonly items: readonly Expression[] }
  | {
      readonly kind: 'repeat';
      readonly inner: Expression;
      readonly least: number;
      /** Infinity where there is no bound. */
      readonly most: number;
      readonly lazy: boolean;
    };

export const SEQ_OF_NONE: Expression = { kind: 'seq', items: [] };

/** Every node of the tree, the outer before the inner. */
export function nodesOf(node: Expression): Expression[] {
  if (node.kind === 'group' || node.kind === 'repeat') return [node, ...nodesOf(node.inner)];
  if (node.kind === 'seq' || node.kind === 'alt') return [node, ...node.items.flatMap(nodesOf)];
  return [node];
}
