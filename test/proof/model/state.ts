import { createHash } from 'node:crypto';
import type { Table } from '../../interactions/reference';

// What the product must know after what it was told: the model. Plain data, so that it can be copied before a step of which
// nobody knows whether it was taken.

export interface Session {
  readonly access: string;
  readonly refresh: string;
  isOver: boolean;
}

/** `a,b` and so many rows `SEED,1`. */
export interface Content {
  readonly seed: string;
  readonly rows: number;
}

export interface ModelFile {
  readonly content: Content;
  /** Undefined where nobody was told. */
  etag: string | undefined;
  readonly type: string;
  /** Of the upload that made it. */
  readonly upload?: string;
}

export interface ModelUpload {
  /** What the steps call it. */
  readonly ref: string;
  readonly owner: string;
  readonly id: string;
  readonly name: string;
  readonly content: Content;
  readonly parts: number;
  sent: number[];
  /** False once it was completed or dropped. */
  isOpen: boolean;
}

export interface ModelMap {
  readonly ref: string;
  readonly owner: string;
  id: string | undefined;
  readonly text: string;
  isPublic: boolean;
  readonly ending: 'processed' | 'failed';
  /** How far it was when it was last seen. */
  status: string;
}

export interface User {
  readonly email: string;
  password: string;
  isConfirmed: boolean;
  isActive: boolean;
  /** Of the last hour, which are limited. */
  mails: number;
  codes: number;
  wrongPasswords: number;
  sessions: Session[];
  files: Record<string, ModelFile>;
  /** Ids of reports by what they say; undefined where nobody was told. */
  reports: Record<string, string | undefined>;
}

export interface Import {
  readonly table: Table;
  readonly csv: string;
}

export interface State {
  users: Record<string, User>;
  uploads: ModelUpload[];
  maps: ModelMap[];
  imports: Import[];
}

export const copyOf = (state: State): State => structuredClone(state);

const lineOf = ({ seed }: Content) => `${seed},1\n`;
export const textOf = (content: Content): string => `a,b\n${lineOf(content).repeat(content.rows)}`;
export const sizeOf = (content: Content): number => 4 + Buffer.byteLength(lineOf(content)) * content.rows;
export const md5Of = (content: Content): string => `"${createHash('md5').update(textOf(content)).digest('hex')}"`;
export const sha256Of = (content: Content): string => createHash('sha256').update(textOf(content)).digest('hex');
export const idOf = (name: string): string => Buffer.from(name).toString('base64url');

/** Who can be looked at: whoever can sign in. */
export const openUsers = ({ users }: State): readonly User[] =>
  Object.values(users).filter(({ isConfirmed, isActive }) => isConfirmed && isActive);

export const liveSession = ({ sessions, isActive }: User): Session | undefined =>
  isActive ? sessions.findLast(({ isOver }) => !isOver) : undefined;
