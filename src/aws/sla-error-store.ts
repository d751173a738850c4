import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { setting, slaErrorsIndexes } from '../config';
import { dynamoClient } from './dynamo';

/** A file that was in a folder for longer than its service level allows. */
export interface LateFile {
  readonly filename: string;
  /** As sent, and as UTC in ISO 8601. */
  readonly creationDate: { readonly sent: string; readonly utc: string };
}

/** One report on one folder. */
export interface SlaError {
  readonly id: string;
  /** The id of the account that reported it. */
  readonly owner: string;
  readonly folder: string;
  /** Minutes. */
  readonly sla: number;
  readonly files: readonly LateFile[];
  /** ISO 8601, UTC, milliseconds. */
  readonly receivedAt: string;
}

/** A place in a listing. */
export type SlaPlace = Pick<SlaError, 'id' | 'receivedAt'>;

export interface SlaErrorQuery {
  readonly owner: string;
  readonly folder?: string | undefined;
  /** As `receivedAt`; both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  readonly after?: SlaPlace | undefined;
}

export interface SlaErrorStore {
  /** Stores a report whose id is new, and changes nothing where it is not. */
  add(error: SlaError): Promise<'stored' | 'exists'>;
  /** Newest first. A page may be shorter than asked for: DynamoDB reads at most 1 MB. What was just added may be missing. */
  list(query: SlaErrorQuery): Promise<{ readonly errors: readonly SlaError[]; readonly more: boolean }>;
}

/** The table `FileSlaErrors`; its key, and so its attributes, are spelt as its users know them. */
interface SlaErrorItem {
  readonly ErrorID: string;
  readonly Owner: string;
  /** The key of the index by folder: owner and folder in one. */
  readonly OwnerFolder: string;
  readonly Folder: string;
  readonly Sla: number;
  readonly Files: readonly { readonly filename: string; readonly creationDate: string; readonly utc: string }[];
  readonly ReceivedAt: string;
}

export function dynamoSlaErrorStore(): SlaErrorStore {
  const dynamo = dynamoClient();
  const TableName = setting('DYNAMODB_TABLE');

  return {
    async add(error) {
      const write = randomUUID();
      try {
        await dynamo.send(
          new PutCommand({
            TableName,
            Item: { ...toItem(error), WriteID: write },
            // The SDK sends a write again whose answer was lost: its own it may write twice.
            ConditionExpression: 'attribute_not_exists(ErrorID) OR WriteID = :write',
            ExpressionAttributeValues: { ':write': write },
          }),
        );
        return 'stored';
      } catch (thrown) {
        if (thrown instanceof ConditionalCheckFailedException) return 'exists';
        throw thrown;
      }
    },

    async list({ owner, folder, from, to, limit, after }) {
      const index = folder === undefined ? slaErrorsIndexes.byOwner : slaErrorsIndexes.byFolder;
      const hash = folder === undefined ? owner : ownerFolder(owner, folder);
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          TableName,
          IndexName: index.name,
          KeyConditionExpression: '#hash = :hash AND ReceivedAt BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#hash': index.partitionKey },
          ExpressionAttributeValues: { ':hash': hash, ':from': from ?? '0', ':to': to ?? afterAll },
          ScanIndexForward: false,
          // One more than asked for tells whether there is a next page.
          Limit: limit + 1,
          ...(after && {
            ExclusiveStartKey: { ErrorID: after.id, [index.partitionKey]: hash, ReceivedAt: after.receivedAt },
          }),
        }),
      );
      const errors = (Items as SlaErrorItem[]).slice(0, limit).map(toSlaError);
      return { errors, more: Items.length > limit || LastEvaluatedKey !== undefined };
    },
  };
}

/** The character after 9: DynamoDB refuses a range that ends before it begins, so no instant may come after its end. */
const afterAll = ':';

/** An account's id has no `#`. */
const ownerFolder = (owner: string, folder: string): string => `${owner}#${folder}`;

const toItem = ({ id, owner, folder, sla, files, receivedAt }: SlaError): SlaErrorItem => ({
  ErrorID: id,
  Owner: owner,
  OwnerFolder: ownerFolder(owner, folder),
  Folder: folder,
  Sla: sla,
  Files: files.map(({ filename, creationDate: { sent, utc } }) => ({ filename, creationDate: sent, utc })),
  ReceivedAt: receivedAt,
});

const toSlaError = (item: SlaErrorItem): SlaError => ({
  id: item.ErrorID,
  owner: item.Owner,
  folder: item.Folder,
  sla: item.Sla,
  files: item.Files.map(({ filename, creationDate: sent, utc }) => ({ filename, creationDate: { sent, utc } })),
  receivedAt: item.ReceivedAt,
});
