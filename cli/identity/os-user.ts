import { userInfo } from 'node:os';

/**
 * Name of the operating system's user. A process may run under a number no user has: a container by policy of its
 * cluster, a service with a user that exists only while it runs.
 */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
