import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mapsByHome, setting } from '../config';
import { dynamoClient } from './dynamo';

/** What the `Maps` table knows of a map. It exists when this does; the bytes lie in the bucket by then. */
export interface MapRecord {
  /** A UUID, version 4. */
  readonly id: string;
  /** Its owner's S3 prefix, ended by `/`. */
  readonly home: string;
  /** Of the file, as it was uploaded. */
  readonly name: string;
  readonly isPublic: boolean;
  /** ISO 8601, UTC, with milliseconds. */
  readonly uploadedAt: string;
  readonly status: 'pending' | 'processing' | 'processed' | 'failed';
  /** Of a failed map: what is wrong, in a sentence for its owner. */
  readonly reason?: string;
  /** Of a processed map. */
  readonly findings?: Findings;
}

/** What processing has found in a file. */
export interface Findings {
  readonly mediaType: string;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly featureCount?: number;
}

/** How processing ends, once. */
export type Outcome =
  | { readonly status: 'processed'; readonly findings: Findings }
  | { readonly status: 'failed'; readonly reason: string };

/** The right to process a map for a while. Instants are milliseconds since the epoch. */
export interface Lease {
  /** The message that it is processed for; another delivery of which takes the lease over. */
  readonly holder: string;
  /** Of this delivery alone. */
  readonly token: string;
  readonly endsAtMs: number;
}

/** Why a map was not changed: it is not there, is processed or failed already, or is being processed. */
export type Refusal = 'missing' | 'finished' | 'leased';

export interface MapStore {
  /** The id must be new. */
  create(map: MapRecord): Promise<void>;
  /** Consistent. */
  find(id: string): Promise<MapRecord | undefined>;
  /** Newest first, those after `after` only. What was uploaded a moment ago may be missing. */
  list(
    home: string,
    limit: number,
    after?: Pick<MapRecord, 'id' | 'uploadedAt'>,
  ): Promise<{ readonly maps: readonly MapRecord[]; readonly more: boolean }>;
  /** Undefined where `home` has no such map. */
  setPublic(id: string, home: string, isPublic: boolean): Promise<MapRecord | undefined>;
  /** Begins to process a map that waits, or whose lease has ended or is held for the same message. */
  claim(id: string, lease: Lease, nowMs: number): Promise<MapRecord | Refusal>;
  /** Ends the processing, if the lease has not been taken over. Answers whether it has ended it. */
  finish(id: string, token: string, outcome: Outcome): Promise<boolean>;
  /** Ends what nobody processes any more. */
  giveUp(id: string, reason: string, nowMs: number): Promise<'failed' | Refusal>;
}

interface MapItem {
  readonly id: string;
  readonly home: string;
  readonly name: string;
  readonly is_public: boolean;
  readonly uploaded_at: string;
  readonly status: MapRecord['status'];
  readonly reason?: string;
  readonly media_type?: string;
  readonly width?: number;
  readonly height?: number;
  readonly feature_count?: number;
}

export function dynamoMapStore(): MapStore {
  const dynamo = dynamoClient();
  const TableName = setting('MAPS_TABLE');

  const find: MapStore['find'] = async (id) => {
    const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    return Item && toRecord(Item as MapItem);
  };

  /** Changes a map if the condition holds. Names are those of attributes, which may be reserved words. */
  const update = async (id: string, set: Readonly<Record<string, unknown>>, condition: string, values: object) => {
    const given = Object.entries(set).filter(([, value]) => value !== undefined);
    const asked = [...condition.matchAll(/#(\w+)/g)].map(([, name = '']) => name);
    const names = [...given.map(([name]) => name), ...asked];
    try {
      const { Attributes } = await dynamo.send(
        new UpdateCommand({
          TableName,
          Key: { id },
          UpdateExpression: `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
            ...values,
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return toRecord(Attributes as MapItem);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  /** Why a condition did not hold. A map that waits by now was not there a moment ago, when it was asked. */
  const refusal = async (id: string, ifItWaits: Refusal): Promise<Refusal> => {
    const map = await find(id);
    if (!map) return 'missing';
    if (map.status === 'pending') return ifItWaits;
    return map.status === 'processed' || map.status === 'failed' ? 'finished' : 'leased';
  };

  return {
    find,

    async create({ id, home, name, isPublic, uploadedAt, status }) {
      const Item: MapItem = { id, home, name, is_public: isPublic, uploaded_at: uploadedAt, status };
      // A try whose answer was lost wrote the same: it is written again.
      await dynamo.send(new PutCommand({ TableName, Item }));
    },

    async list(home, limit, after) {
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          TableName,
          IndexName: mapsByHome,
          KeyConditionExpression: 'home = :home',
          ExpressionAttributeValues: { ':home': home },
          ScanIndexForward: false,
          Limit: limit,
          ...(after && { ExclusiveStartKey: { id: after.id, home, uploaded_at: after.uploadedAt } }),
        }),
      );
      return { maps: (Items as MapItem[]).map(toRecord), more: LastEvaluatedKey !== undefined };
    },

    setPublic: (id, home, isPublic) => update(id, { is_public: isPublic }, '#home = :owner', { ':owner': home }),

    async claim(id, { holder, token, endsAtMs }, nowMs) {
      const claimed = await update(
        id,
        { status: 'processing', lease_holder: holder, lease_token: token, lease_ends_at_ms: endsAtMs },
        '#status = :pending OR (#status = :status AND (#lease_ends_at_ms <= :now OR #lease_holder = :lease_holder))',
        { ':pending': 'pending', ':now': nowMs },
      );
      return claimed ?? refusal(id, 'missing');
    },

    async finish(id, token, outcome) {
      const ended = await update(
        id,
        outcome.status === 'failed'
          ? { status: 'failed', reason: outcome.reason }
          : { status: 'processed', ...itemOf(outcome.findings) },
        // Sent again by the SDK, since its answer was lost, it meets what it has written itself.
        '#lease_token = :token AND #status IN (:processing, :status)',
        { ':processing': 'processing', ':token': token },
      );
      return ended !== undefined;
    },

    async giveUp(id, reason, nowMs) {
      const failed = await update(
        id,
        { status: 'failed', reason },
        '#status = :pending OR (#status = :processing AND #lease_ends_at_ms <= :now)',
        { ':pending': 'pending', ':processing': 'processing', ':now': nowMs },
      );
      // Never missing: what is missing has its file removed.
      return failed ? 'failed' : refusal(id, 'leased');
    },
  };
}

const itemOf = ({ mediaType, width, height, featureCount }: Findings) => ({
  media_type: mediaType,
  width,
  height,
  feature_count: featureCount,
});

function toRecord(item: MapItem): MapRecord {
  const { media_type: mediaType, width, height, feature_count: featureCount } = item;
  return {
    id: item.id,
    home: item.home,
    name: item.name,
    isPublic: item.is_public,
    uploadedAt: item.uploaded_at,
    status: item.status,
    ...(item.reason === undefined ? {} : { reason: item.reason }),
    ...(mediaType === undefined
      ? {}
      : {
          findings: {
            mediaType,
            ...(width === undefined ? {} : { width }),
            ...(height === undefined ? {} : { height }),
            ...(featureCount === undefined ? {} : { featureCount }),
          },
        }),
  };
}
