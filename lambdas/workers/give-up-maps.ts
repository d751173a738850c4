import { s3FileStore } from '../../src/aws/file-store';
import { dynamoMapStore } from '../../src/aws/map-store';
import { setting } from '../../src/config';
import { giveUp } from '../../src/maps/give-up';
import { queueDoor } from '../../src/queue/door';
import { giveUpMapsWorker } from '../../src/workers';

export const handler = queueDoor(giveUpMapsWorker, (message) =>
  giveUp(
    {
      maps: dynamoMapStore(),
      files: s3FileStore('MAPS_BUCKET'),
      bucket: setting('MAPS_BUCKET'),
      now: Date.now,
    },
    message,
  ),
);
