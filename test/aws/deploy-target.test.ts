import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { deployTarget } from '../../src/aws/deploy-target';

const sts = mockClient(STSClient);
const ssm = mockClient(SSMClient);
beforeEach(() => {
  sts.reset();
  ssm.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: '123456789012' });
  ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '21' } });
});

test('account and region are named where CDK can deploy to them', async () => {
  expect(await deployTarget()).toEqual({ account: '123456789012', region: 'us-east-1' });
});

test('without a bootstrap the message is the command to run', async () => {
  ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: '', $metadata: {} }));
  await expect(deployTarget()).rejects.toMatchObject({
    code: 'NotReadyToDeploy',
    message: expect.stringContaining('npx cdk bootstrap aws://123456789012/us-east-1'),
  });
});

test('without credentials it says how to sign in, and asks nothing else', async () => {
  sts.on(GetCallerIdentityCommand).rejects(new Error('Could not load credentials from any providers'));
  await expect(deployTarget()).rejects.toMatchObject({ message: expect.stringContaining('AWS_PROFILE') });
  expect(ssm.calls()).toHaveLength(0);
});

test('who may not read whether there is a bootstrap is told so', async () => {
  ssm.on(GetParameterCommand).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }));
  await expect(deployTarget()).rejects.toMatchObject({ message: expect.stringContaining('cannot be read') });
});
