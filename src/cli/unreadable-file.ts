import { AppError } from '../errors';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
};

/** Throws AppError with the code, which says in plain words why the system would not read a file, and then what to give. */
export const unreadable =
  (code: 'EventsUnreadable' | 'FileUnreadable', path: string, remedy: string) =>
  (error: NodeJS.ErrnoException): never => {
    const reason = reasons[error.code ?? ''] ?? error.message;
    throw new AppError(code, `${path} cannot be read: ${reason}. ${remedy}`, { cause: error });
  };
