/** URIs longer than this are made by no template. */
const MOST_URI = 8192;

/**
 * Whether a URI can come of a template (RFC 6570). An expression stands for text without a slash, or for any text where
 * its operator says that it may hold slashes (`+`, `#`, `/`). Linear in both texts: for each literal the first place
 * that fits is taken, and the last one must end the URI.
 */
export function templateMatches(template: string, uri: string): boolean {
  if (uri.length > MOST_URI) return false;
  const parts = template.split(/\{([^{}]*)\}/);
  const first = parts[0]!;
  if (!uri.startsWith(first)) return false;
  let at = first.length;
  for (let i = 1; i < parts.length; i += 2) {
    const literal = parts[i + 1]!;
    const isLast = i + 2 >= parts.length;
    const end = isLast ? uri.length - literal.length : uri.indexOf(literal, at);
    if (end < at || !uri.startsWith(literal, end)) return false;
    const value = uri.slice(at, end);
    if (!/^[+#/]/.test(parts[i]!) && /[/]/.test(value)) return false;
    if (value.split(/[/\\]/).includes('..')) return false;
    at = end + literal.length;
  }
  return at === uri.length;
}
