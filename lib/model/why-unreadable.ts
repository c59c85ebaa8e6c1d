type Wanted = 'read' | 'write';

/** Why a file or folder cannot be read, in words for whoever named it. */
export function whyUnreadable(error: unknown): string {
  return why(error, 'read');
}

/** Why a file that was named cannot be written, which is made where there is none. */
export function whyUnwritable(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'its folder does not exist' : why(error, 'write');
}

function why(error: unknown, wanted: Wanted): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'ENOTDIR':
      return 'a part of its path is no folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return `this user may not ${wanted} it`;
    case 'EROFS':
      return 'its file system can only be read';
    case 'ENOSPC':
      return 'its disk is full';
    default:
      return message;
  }
}
