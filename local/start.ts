import { join } from 'node:path';
import { type AwsEnvironment, clientConfig, createAwsEnvironment, type ServiceName } from './aws-environment';
import { openDataFolder } from './data-folder';
import { FunctionLog } from './functions/function-log';
import { Functions } from './functions/functions';
import { createAuthorizer } from './gateway/authorizer';
import { createGateway, malformedAnswer } from './gateway/gateway';
import { createLocalPages } from './local-pages';
import { createMissing } from './provisioning';
import { takePort } from './public-server';
import { startCognito } from './services/cognito/cognito';
import { writeDurably } from './services/durable-file';
import { startDynamodb } from './services/dynamodb/dynamodb';
import { type Mailbox, openMailbox } from './services/mailbox';
import { startS3 } from './services/s3/s3';
import type { EmbeddedService } from './services/service';
import type { Settings } from './settings';
import { synthesise } from './synthesis';
import { readAssembly } from './template/assembly';
import { region } from './template/physical-names';
import { type LocalStack, readStack } from './template/stack';

// `npm start`: the stack that `cdk deploy` would deploy, in one process. The template says what there is; this file only
// puts the pieces together, in the order in which each needs the one before.

export interface LocalCloud {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** The output `ApiUrl`: the base of every route. */
  readonly apiUrl: string;
  /** Whether only this machine can reach it. */
  readonly isLoopback: boolean;
  readonly awsEnvironment: AwsEnvironment;
  /** What an SDK client for a service is made with. */
  clientConfig(service: ServiceName): ReturnType<typeof clientConfig>;
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly mailbox: Mailbox;
  readonly dataDir: string;
  /** Sets what `/` answers. */
  setFrontPage(text: string): void;
  /** Gives requests in flight a few seconds, then ends everything. Nothing that was acknowledged is lost. */
  close(): Promise<void>;
}

/**
 * Starts the whole product and resolves when it answers. `print` is given a line for each mail.
 * Throws StartError for what the person at the terminal can put right.
 */
export async function startLocal(settings: Settings, print: (line: string) => void): Promise<LocalCloud> {
  const server = await takePort(settings);
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    await server.close();
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const { path: dataDir, credentials, release } = await openDataFolder(settings.dataDir);
    closers.push(release);

    const assembly = await synthesise(join(__dirname, '..'), settings.queryEngine);
    const { stackName, template } = await readAssembly(assembly);
    const stack = readStack(stackName, template, assembly);

    const mailbox = await openMailbox({ file: join(dataDir, 'mailbox.json') });
    const deliver: Mailbox['deliver'] = async (mail) => {
      await mailbox.deliver(mail);
      print(`mail to ${mail.to}: your Datadock code is ${mail.code}`);
    };

    const start = async (service: Promise<EmbeddedService>) => {
      const started = await service;
      closers.push(() => started.close());
      return started.url;
    };
    const [S3, DYNAMODB, COGNITO_IDENTITY_PROVIDER] = await Promise.all([
      start(startS3({ dir: join(dataDir, 's3'), credentials, region })),
      start(startDynamodb({ dir: join(dataDir, 'dynamodb') })),
      start(
        startCognito({
          dir: join(dataDir, 'cognito'),
          region,
          pools: stack.userPools,
          deliver,
          credentials,
        }),
      ),
    ]);
    const awsEnvironment = createAwsEnvironment(credentials, { S3, DYNAMODB, COGNITO_IDENTITY_PROVIDER });
    await createMissing(stack, awsEnvironment);

    const log = new FunctionLog(join(dataDir, 'logs', 'functions.log'));
    closers.push(() => log.close());
    const functions = new Functions(stack.functions, awsEnvironment, log);
    closers.push(() => functions.close());

    let frontPage = `Datadock: ${server.url}\n`;
    server.serve(
      createLocalPages({
        mailbox,
        frontPage: () => frontPage,
        next: createGateway({
          api: stack.api,
          authorize: createAuthorizer(
            stack.userPools.map(({ id }) => id),
            COGNITO_IDENTITY_PROVIDER,
          ),
          invoke: (name, invocation) => functions.invoke(name, invocation),
          onFault: (name, message) => log.write(name, message),
        }),
      }),
      () => malformedAnswer(stack.api),
    );

    const outputs = localOutputs(stack, server.url);
    await writeOutputs(join(dataDir, 'outputs.json'), stackName, outputs, awsEnvironment);
    return {
      url: server.url,
      apiUrl: outputs['ApiUrl'] ?? '',
      isLoopback: isLoopback(settings.host),
      awsEnvironment,
      clientConfig: (service) => clientConfig(awsEnvironment, service),
      outputs,
      mailbox,
      dataDir,
      setFrontPage: (text) => {
        frontPage = text;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const isLoopback = (host: string) => /^(127\.|::1$|localhost$)/.test(host);

/** The stack's outputs, in which the API's address on AWS is replaced by the local one. */
function localOutputs({ api, outputs }: LocalStack, url: string): Record<string, string> {
  const remote = `https://${api.id}.execute-api.${region}.amazonaws.com`;
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.replace(remote, url)]));
}

/**
 * Writes what `cdk deploy --outputs-file` would write, `{STACK: {OUTPUT: VALUE}}`, and beside it
 * `local: {environment: {AWS_...: VALUE}}`, with which any SDK client reaches the embedded services.
 */
function writeOutputs(
  path: string,
  stackName: string,
  outputs: Readonly<Record<string, string>>,
  environment: AwsEnvironment,
): Promise<void> {
  return writeDurably(path, `${JSON.stringify({ [stackName]: outputs, local: { environment } }, null, 2)}\n`);
}
