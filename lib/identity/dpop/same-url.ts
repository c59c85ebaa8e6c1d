const HTTP = /^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i;
const ENCODED = /%([0-9a-f]{2})/gi;
const UNRESERVED = /[A-Za-z0-9._~-]/;

/**
 * Whether both are URLs of one thing, without query and fragment (RFC 9449, 4.3, 9), after RFC 3986, 6.2.2 and 6.2.3: case
 * of scheme and host, the port that is usual, dots in paths and needless encoding make no difference, all else does.
 */
export function isSameUrl(a: string, b: string): boolean {
  const normal = normalUrl(a);
  return normal !== undefined && normal === normalUrl(b);
}

function normalUrl(text: string): string | undefined {
  const url = HTTP.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') return undefined;
  return url.origin + url.pathname.replace(ENCODED, decoded);
}

function decoded(whole: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16));
  return UNRESERVED.test(character) ? character : whole.toUpperCase();
}
