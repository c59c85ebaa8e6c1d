/**
 * Follows where it is led, keeps cookies, and agrees to whatever a page of `oidc-provider` asks. Answers the page it
 * ends on, or where it would have been led next, once that begins with `end`.
 */
export async function agreeTo(page: string, user = 'alice', end?: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = new URL(page);
  let form: URLSearchParams | undefined;
  for (let steps = 0; steps < 20; steps++) {
    const response = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    const location = response.headers.get('location');
    const text = await response.text();
    form = undefined;
    if (end !== undefined && location?.startsWith(end) === true) return location;
    if (location !== null) {
      next = new URL(location, next);
      continue;
    }
    const prompt = /name="prompt" value="(\w+)"/.exec(text)?.[1];
    const action = /action="([^"]+)"/.exec(text)?.[1];
    if (prompt === undefined || action === undefined) return `${response.status} ${text}`;
    next = new URL(action, next);
    form = new URLSearchParams({ prompt, login: user, password: 'any' });
  }
  throw new Error('it leads around in circles');
}
