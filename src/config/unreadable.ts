// Why a file that the operator named cannot be read, in words of no system.

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
}

/** `list.txt cannot be read: there is no such file` */
export function unreadable(file: string, cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return `${file} cannot be read: ${REASONS[code] ?? (code || message)}`
}
