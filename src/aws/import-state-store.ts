import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { setting } from '../config';
import { dynamoClient } from './dynamo';

/** The right to import, which one importer has at a time. */
export interface Lease {
  /** Of the importer. */
  readonly id: string;
  /** What it writes under: reserved for it, and never given to another. */
  readonly generation: number;
  readonly epoch: number;
  /** Milliseconds since 1970. It is renewed while the importer lives. */
  readonly expiresAt: number;
}

/** What of the clean data is current. Every change of it is one conditional write of one item. */
export interface ImportState {
  /** The version of the cleaning that the data were made with. */
  readonly cleaning: number;
  readonly epoch: number;
  /** The generation that readers see; 0 before the first import. */
  readonly current: number;
  /** The next generation to give away. */
  readonly next: number;
  /** Generations of this epoch whose importers ended before they were done. */
  readonly abandoned: readonly number[];
  /** Whether there may be something of other epochs. */
  readonly isUnswept: boolean;
  readonly lease?: Lease;
}

/** A state as it was read, and what tells whether it still is. */
export interface KnownState {
  readonly state: ImportState;
  readonly revision: string;
}

export interface ImportStateStore {
  /** Consistent. Undefined before the first import. */
  read(): Promise<KnownState | undefined>;
  /** Writes the state if it still is the one that is known; undefined: there is none yet. Answers undefined where it is not. */
  replace(known: KnownState | undefined, state: ImportState): Promise<KnownState | undefined>;
}

/** One item of the interactions' table, beside the documents. */
export function dynamoImportStateStore(): ImportStateStore {
  const dynamo = dynamoClient();
  const TableName = setting('INTERACTIONS_TABLE');
  const Key = { collection_key: 'state', version_key: 'state' };

  const read = async (): Promise<KnownState | undefined> => {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item && { state: Item['state'] as ImportState, revision: String(Item['revision']) };
  };

  return {
    read,

    async replace(known, state) {
      const revision = randomUUID();
      try {
        await dynamo.send(
          new PutCommand({
            TableName,
            Item: { ...Key, state, revision },
            ...(known
              ? { ConditionExpression: 'revision = :known', ExpressionAttributeValues: { ':known': known.revision } }
              : { ConditionExpression: 'attribute_not_exists(revision)' }),
          }),
        );
        return { state, revision };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK sends a write again whose answer was lost: then it is ours that stands in the way.
        const now = await read();
        return now?.revision === revision ? now : undefined;
      }
    },
  };
}
