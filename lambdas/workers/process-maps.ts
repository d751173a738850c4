import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { s3FileStore } from '../../src/aws/file-store';
import { dynamoMapStore } from '../../src/aws/map-store';
import { setting } from '../../src/config';
import { processMessage } from '../../src/maps/process-message';
import { queueDoor } from '../../src/queue/door';
import { processMapsWorker } from '../../src/workers';

export const handler = queueDoor(processMapsWorker, (message) =>
  processMessage(
    {
      maps: dynamoMapStore(),
      files: s3FileStore('MAPS_BUCKET'),
      bucket: setting('MAPS_BUCKET'),
      now: Date.now,
      sleep,
      newToken: randomUUID,
    },
    message,
  ),
);
