import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { useAssembly } from './assembly-use';
import { type AwsEnvironment, clientConfig, createAwsEnvironment, type ServiceName } from './aws-environment';
import { openDataFolder } from './data-folder';
import { startEventSource } from './functions/event-source';
import { FunctionLog } from './functions/function-log';
import { Functions } from './functions/functions';
import { createAuthorizer } from './gateway/authorizer';
import { createGateway, malformedAnswer } from './gateway/gateway';
import type { Graphql, GraphqlOptions } from './graphql/graphql';
import { createLocalPages } from './local-pages';
import { createMissing } from './provisioning';
import { takePort } from './public-server';
import { startCognito } from './services/cognito/cognito';
import { startCognitoIdentity } from './services/cognito-identity/cognito-identity';
import { writeDurably } from './services/durable-file';
import { startDynamodb } from './services/dynamodb/dynamodb';
import { type Mailbox, openMailbox } from './services/mailbox';
import { startS3 } from './services/s3/s3';
import type { EmbeddedService } from './services/service';
import { Sessions } from './services/sessions';
import { startSqs } from './services/sqs/sqs';
import type { Settings } from './settings';
import { synthesise } from './synthesis';
import { readAssembly } from './template/assembly';
import { accountId, region, sqsUrl } from './template/physical-names';
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
  /** Creates what the stack has and the services lack. */
  provision(): Promise<void>;
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

    const { mapWorker, queryEngine = 'builtin' } = settings;
    const assembly = await synthesise(join(__dirname, '..'), { mapWorker, queryEngine });
    closers.push(await useAssembly(assembly));
    const { stackName, template } = await readAssembly(assembly);
    const stack = readStack(stackName, template, assembly);

    const mailbox = await openMailbox({ file: join(dataDir, 'mailbox.json') });
    const deliver: Mailbox['deliver'] = async (mail) => {
      await mailbox.deliver(mail);
      print(`mail to ${mail.to}: your Datadock code is ${mail.code}`);
    };

    const start = async <Service extends EmbeddedService>(service: Promise<Service>) => {
      const started = await service;
      closers.push(() => started.close());
      return started;
    };
    const sqs = await start(startSqs({ dir: join(dataDir, 'sqs'), credentials, region, accountId }));
    const sessions = new Sessions(credentials.secretAccessKey, stack.identityRoles);
    const [s3, dynamodb, cognito] = await Promise.all([
      start(startS3({ dir: join(dataDir, 's3'), credentials, sessions, region, publish: sqs.deliver })),
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
    const identity = await start(startCognitoIdentity({ pools: stack.identityPools, userPools: cognito, sessions }));
    const awsEnvironment = createAwsEnvironment(credentials, {
      S3: s3.url,
      DYNAMODB: dynamodb.url,
      COGNITO_IDENTITY: identity.url,
      COGNITO_IDENTITY_PROVIDER: cognito.url,
      SQS: sqs.url,
    });
    await createMissing(stack, awsEnvironment, dataDir);

    const log = new FunctionLog(join(dataDir, 'logs', 'functions.log'));
    closers.push(() => log.close());
    const functions = new Functions(stack.functions, awsEnvironment, log);
    closers.push(() => functions.close());
    const sqsClient = new SQSClient(clientConfig(awsEnvironment, 'SQS'));
    closers.push(async () => sqsClient.destroy());
    for (const source of stack.eventSources) {
      closers.push(
        startEventSource(source, {
          sqs: sqsClient,
          invoke: (name, invocation) => functions.invoke(name, invocation),
          onFault: (name, message) => log.write(name, message),
        }),
      );
    }

    const graphql =
      stack.graphql &&
      lazyGraphql({
        config: stack.graphql,
        dynamodb: clientConfig(awsEnvironment, 'DYNAMODB'),
        cognitoUrl: cognito.url,
        ...(settings.graphqlFaults && { faults: settings.graphqlFaults }),
      });
    closers.push(async () => graphql?.close());

    let frontPage = `Datadock: ${server.url}\n`;
    server.serve(
      createLocalPages({
        mailbox,
        frontPage: () => frontPage,
        ...(graphql && { graphql: graphql.listener }),
        next: createGateway({
          api: stack.api,
          authorize: createAuthorizer(
            stack.userPools.map(({ id }) => id),
            cognito.url,
          ),
          invoke: (name, invocation) => functions.invoke(name, invocation),
          onFault: (name, message) => log.write(name, message),
        }),
      }),
      () => malformedAnswer(stack.api),
    );

    const outputs = localOutputs(stack, server.url, sqs.url);
    await writeOutputs(join(dataDir, 'outputs.json'), stackName, outputs, awsEnvironment);
    return {
      url: server.url,
      apiUrl: outputs['ApiUrl'] ?? '',
      isLoopback: isLoopback(settings.host),
      awsEnvironment,
      clientConfig: (service) => clientConfig(awsEnvironment, service),
      outputs,
      provision: () => createMissing(stack, awsEnvironment, dataDir),
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

/** Loaded with the first request: it takes 20 MB and a tenth of a second of the start, and not everyone asks for it. */
function lazyGraphql(options: GraphqlOptions) {
  let graphql: Graphql | undefined;
  const loaded = () => {
    graphql ??= (require('./graphql/graphql') as typeof import('./graphql/graphql')).createGraphql(options);
    return graphql;
  };
  const listener: RequestListener = (request, response) => loaded().listener(request, response);
  return { listener, close: () => graphql?.close() };
}

const isLoopback = (host: string) => /^(127\.|::1$|localhost$)/.test(host);

/** The stack's outputs, in which the addresses of the two APIs and of queues on AWS are replaced by the local ones. */
function localOutputs({ api, graphql, outputs }: LocalStack, url: string, sqs: string): Record<string, string> {
  const remote = `https://${api.id}.execute-api.${region}.amazonaws.com`;
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name,
      value === graphql?.url ? `${url}/graphql` : value.replace(remote, url).replace(sqsUrl, sqs),
    ]),
  );
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
