/**
 * Where places in the text a JSON string stands for are in the literal itself, quotes included. Both count code units;
 * `places` are in order.
 */
export function offsetsInLiteral(literal: string, places: readonly number[]): number[] {
  const found: number[] = [];
  let at = 1;
  let decoded = 0;
  for (const place of places) {
    for (; decoded < place; decoded++) {
      at += literal.charCodeAt(at) !== 0x5c ? 1 : literal.charCodeAt(at + 1) === 0x75 ? 6 : 2;
    }
    found.push(at);
  }
  return found;
}
