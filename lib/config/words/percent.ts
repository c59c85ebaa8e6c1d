const PERCENT = /^(\d{1,3}(?:\.\d{1,6})?)\s*%$/;

/** `0.1%` as a share, 0.001; undefined for anything else. */
export function parsePercent(text: string): number | undefined {
  const [, value] = PERCENT.exec(text) ?? [];
  return value === undefined ? undefined : Number(value) / 100;
}
