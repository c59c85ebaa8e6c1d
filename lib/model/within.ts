/** Whether `path` is `folder` or lies in it; both absolute, with forward slashes and without a slash at the end. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? folder : `${folder}/`);
}
