import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { s3FileStore } from '../aws/file-store';
import { sqsMapQueue } from '../aws/map-queue';
import { dynamoMapStore } from '../aws/map-store';
import { setting } from '../config';
import { processOne } from '../maps/process-one';
import { needsDeployment } from './outputs';

/** `datadock queue`: the messages of new maps, for those who process them themselves (MAP_WORKER=off). */
export function addQueueCommand(program: Command): void {
  const queue = program.command('queue').description('the messages of new maps');
  needsDeployment(queue.command('process-one'))
    .summary('process the map of one message, the oldest')
    .description(
      `Take one message from the queue, the oldest, process its map and delete the message. Exits with 5 when none waits.

  datadock queue process-one`,
    )
    .action(processOneAction);
}

async function processOneAction(): Promise<void> {
  const { messageId, done } = await processOne({
    queue: sqsMapQueue(),
    maps: dynamoMapStore(),
    files: s3FileStore('MAPS_BUCKET'),
    bucket: setting('MAPS_BUCKET'),
    now: Date.now,
    sleep,
    newToken: randomUUID,
  });
  const maps = done.map(({ mapId, outcome, why }) => ({ id: mapId, outcome, why }));
  console.log(JSON.stringify({ message_id: messageId, maps }));
}
