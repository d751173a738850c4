import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { putSampleDay } from './sample-day';
import { writeDurably } from './services/durable-file';
import type { LocalCloud } from './start';

export interface DemoUser {
  readonly email: string;
  readonly password: string;
}

const email = 'demo@example.com';
const knownPassword = 'Datadock-demo-1';

/** Real files, as they were found. */
const sampleFolder = join(__dirname, '..', 'node_modules', 'vega-datasets', 'data');
const demoFiles = ['airports.csv', 'birdstrikes.csv', 'seattle-weather.csv'];

/** The tables of customers, their interactions and the products of discussion. */
const tableFolder = join(__dirname, '..', 'data');
const demoTables = ['customers', 'interactions', 'products'];

/**
 * A confirmed user in the group `admin`, with three files and three tables that are brought through the API itself, and a day
 * of events. What was made is noted last, in the data folder, so that a start that was cut short is made up for by the next.
 * The password is known to everyone, unless the server listens to more than this machine: then it is random.
 */
export async function prepareDemo(cloud: LocalCloud): Promise<DemoUser> {
  const note = join(cloud.dataDir, 'demo.json');
  const made = await readNote(note);
  const user = { email, password: cloud.isLoopback ? knownPassword : privatePassword(made) };
  if (made?.password === user.password && made.hasEvents) return user;
  if (made?.password !== user.password) await createAdmin(cloud, user.password);
  if (!made) await bringData(cloud.apiUrl, user);
  if (!made?.hasEvents) {
    await putSampleDay({ s3: cloud.clientConfig('S3'), dynamodb: cloud.clientConfig('DYNAMODB') }, cloud.outputs);
  }
  await writeDurably(note, JSON.stringify({ ...user, hasEvents: true }));
  return user;
}

interface Note extends DemoUser {
  /** False in a folder of a version that had none. */
  readonly hasEvents?: boolean;
}

async function readNote(path: string): Promise<Note | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const privatePassword = (made: Note | undefined): string =>
  made && made.password !== knownPassword ? made.password : `Demo-1-${randomBytes(12).toString('base64url')}`;

async function createAdmin(cloud: LocalCloud, password: string): Promise<void> {
  const cognito = new CognitoIdentityProviderClient(cloud.clientConfig('COGNITO_IDENTITY_PROVIDER'));
  const UserPoolId = cloud.outputs['UserPoolId'];
  const user = { UserPoolId, Username: email };
  const UserAttributes = [
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
  ];
  await cognito
    .send(new AdminCreateUserCommand({ ...user, UserAttributes, MessageAction: 'SUPPRESS' }))
    .catch(unless('UsernameExistsException'));
  await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName: 'admin' }));
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  cognito.destroy();
}

const unless = (name: string) => (error: unknown) => {
  if (!(error instanceof Error) || error.name !== name) throw error;
};

async function bringData(apiUrl: string, user: DemoUser): Promise<void> {
  const login = await fetch(`${apiUrl}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(user),
  });
  const { access_token } = (await succeeded(login).json()) as { readonly access_token: string };
  const headers = { 'content-type': 'text/csv', authorization: `Bearer ${access_token}` };
  const send = async (path: string, file: string) =>
    fetch(apiUrl + path, { method: 'POST', headers, body: await readFile(file) });
  for (const name of demoFiles) {
    const upload = await send(`/files?name=${name}`, join(sampleFolder, name));
    if (upload.status !== 409) succeeded(upload);
    await upload.arrayBuffer();
  }
  for (const kind of demoTables) {
    const table = () => send(`/imports/${kind}`, join(tableFolder, `${kind}.csv`));
    let imported = await table();
    // A start that was killed while it imported holds the place of importers for some seconds.
    for (let tries = 1; imported.status === 409 && tries < 20; tries++) {
      await sleep(1_000);
      imported = await table();
    }
    await succeeded(imported).arrayBuffer();
  }
}

function succeeded(response: Response): Response {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status} while the demo data was made`);
  return response;
}
