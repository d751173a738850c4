import { readFile } from 'node:fs/promises';
import { writeDurably } from './durable-file';

/** One mail, as `/local/mailbox` shows it. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** What the mail is about: the code to type. */
  readonly code: string;
  /** ISO 8601, UTC. */
  readonly sent_at: string;
}

export interface Mailbox {
  /** Resolves once the mail would survive a crash. The oldest is dropped when there are more than 1000. */
  deliver(mail: Mail): Promise<void>;
  /** Oldest first; of one recipient, compared without regard to case, or of all. */
  list(to?: string): readonly Mail[];
}

const maxMails = 1000;

/** Opens the mailbox that all local mail goes to, and whose one file is rewritten, under 300 KB, for each mail. */
export async function openMailbox({ file }: { readonly file: string }): Promise<Mailbox> {
  let mails = await readMails(file);
  let lastWrite: Promise<void> = Promise.resolve();

  async function append(mail: Mail): Promise<void> {
    const next = [...mails, mail].slice(-maxMails);
    await writeDurably(file, JSON.stringify(next));
    mails = next;
  }

  return {
    deliver(mail) {
      const write = lastWrite.then(() => append(mail));
      lastWrite = write.catch(() => undefined); // A mail that could not be written fails alone.
      return write;
    },
    list(to) {
      const recipient = to?.toLowerCase();
      return recipient === undefined ? mails : mails.filter((mail) => mail.to.toLowerCase() === recipient);
    },
  };
}

async function readMails(file: string): Promise<readonly Mail[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as readonly Mail[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`the mailbox ${file} cannot be read; move it away to start with an empty one`, { cause: error });
  }
}
