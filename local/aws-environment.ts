import { devNull } from 'node:os';
import type { Credentials } from './data-folder';
import { region } from './template/physical-names';

/** The AWS_* variables with which SDK clients, here, in functions and in the command line, reach the embedded services. */
export type AwsEnvironment = Readonly<Record<string, string>>;

/** A service's name in `AWS_ENDPOINT_URL_<NAME>`. */
export type ServiceName = 'S3' | 'DYNAMODB' | 'COGNITO_IDENTITY' | 'COGNITO_IDENTITY_PROVIDER' | 'SQS';

export function createAwsEnvironment(
  { accessKeyId, secretAccessKey }: Credentials,
  urls: Readonly<Record<ServiceName, string>>,
): AwsEnvironment {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [`AWS_ENDPOINT_URL_${name}`, url])),
    // Nothing of the person's own AWS set-up may reach in: an endpoint or a role in it would lead elsewhere.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** What an SDK client in this process is made with: this process's own environment may name a real account. */
export function clientConfig(environment: AwsEnvironment, service: ServiceName) {
  return {
    region: environment['AWS_REGION'] ?? '',
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  };
}
