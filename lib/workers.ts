import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { limits } from '../src/config';
import { giveUpMapsWorker, processMapsWorker, type Worker } from '../src/workers';
import { apiFunction } from './functions';
import { grantNeeds, type Resources } from './needs';

interface WorkersProps {
  readonly resources: Resources;
  readonly bundles: string;
  /** `off` leaves the messages of new maps to an external system. Dead letters are heeded all the same. */
  readonly mapWorker: 'on' | 'off';
}

/** The functions that queues call. */
export class Workers extends Construct {
  /** By their keys. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;

  constructor(scope: Construct, id: string, { resources, bundles, mapWorker }: WorkersProps) {
    super(scope, id);
    const { queue, deadLetters } = resources.maps;
    const create = ({ key, needs }: Worker): LambdaFunction => {
      const fn = apiFunction(this, { key, bundles, timeout, environment: {} });
      grantNeeds(fn, needs, resources);
      return fn;
    };
    const processMaps = create(processMapsWorker);
    if (mapWorker === 'on') processMaps.addEventSource(messagesOf(queue));
    const giveUpMaps = create(giveUpMapsWorker);
    giveUpMaps.addEventSource(messagesOf(deadLetters));
    this.functions = { [processMapsWorker.key]: processMaps, [giveUpMapsWorker.key]: giveUpMaps };
  }
}

/** A sixth of the visibility time-out, as Lambda's documentation asks. */
const timeout = Duration.seconds(limits.mapVisibilitySeconds / 6);

/** Few at a time: those that are processed together are delivered again together if the function dies of one of them. */
const messagesOf = (queue: Queue): SqsEventSource =>
  new SqsEventSource(queue, { batchSize: limits.mapBatch, reportBatchItemFailures: true });
