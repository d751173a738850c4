import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDurably } from './services/durable-file';
import { StartError } from './start-error';

/** What SDK clients sign with, and what the embedded services accept. Random, and valid for this folder only. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface DataFolder {
  readonly path: string;
  readonly credentials: Credentials;
  /** Lets another server use the folder. */
  release(): Promise<void>;
}

/** Makes or opens the data folder for one server. Throws StartError while another one uses it. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartError(`${path} cannot be made (${(error as Error).message}); choose another folder with DATA_DIR`);
  }
  const lock = await acquireLock(path);
  try {
    const credentials = (await readCredentials(path)) ?? (await createCredentials(path));
    return { path, credentials, release: () => closeServer(lock) };
  } catch (error) {
    await closeServer(lock);
    throw error;
  }
}

const credentialsFile = (folder: string) => join(folder, 'credentials.json');

async function readCredentials(folder: string): Promise<Credentials | undefined> {
  try {
    return JSON.parse(await readFile(credentialsFile(folder), 'utf8')) as Credentials;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError(
      `${credentialsFile(folder)} cannot be read (${(error as Error).message}); delete it for a new one`,
    );
  }
}

async function createCredentials(folder: string): Promise<Credentials> {
  const credentials: Credentials = {
    // The form of AWS's own: SDKs and scanners know it. LKIA is a prefix that AWS does not give out.
    accessKeyId: `LKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
  await writeDurably(credentialsFile(folder), `${JSON.stringify(credentials, null, 2)}\n`);
  return credentials;
}

/**
 * The lock is a socket that listens: the system closes it when the process ends, however it ends, so a lock is never left
 * behind as a file with a process id would be. It lies outside the folder, whose path may be longer than a socket's may.
 */
async function acquireLock(folder: string): Promise<Server> {
  const key = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  const address =
    process.platform === 'win32' ? `\\\\.\\pipe\\datadock-${key}` : join(tmpdir(), `datadock-${key}.sock`);
  const lock = await listenAt(address);
  if (lock) return lock;
  if (!(await answers(address))) {
    await rm(address, { force: true }); // The name of a socket stays when its process is killed.
    const second = await listenAt(address);
    if (second) return second;
  }
  throw new StartError(`${folder} is used by another running server; stop it or choose another folder with DATA_DIR`);
}

/** Gives undefined where the address is taken. */
function listenAt(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(server.unref()));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

const closeServer = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));
