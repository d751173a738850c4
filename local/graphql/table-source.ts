import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { type Resolver, ResolverError } from './resolver';

/** The requests that are emulated. Source: AppSync developer guide, "JavaScript resolver function reference for DynamoDB". */
const GetItem = z.strictObject({
  operation: z.literal('GetItem'),
  key: z.record(z.string(), z.record(z.string(), z.unknown())),
  consistentRead: z.boolean().default(false),
});

/** Calls a resolver's functions around the request that the first of them makes of a table. */
export async function resolveField(
  resolver: Resolver,
  context: { readonly args: Readonly<Record<string, unknown>>; readonly source: unknown },
  { dynamodb, tableName }: { readonly dynamodb: DynamoDBClient; readonly tableName: string },
): Promise<unknown> {
  const parsed = GetItem.safeParse(resolver.request(context));
  if (!parsed.success) throw new ResolverError('The embedded AppSync knows GetItem only.', 'MappingTemplate');
  const { key, consistentRead } = parsed.data;
  try {
    const { Item } = await dynamodb.send(
      new GetItemCommand({
        TableName: tableName,
        Key: key as unknown as Record<string, AttributeValue>,
        ConsistentRead: consistentRead,
      }),
    );
    return resolver.response({ ...context, result: Item ? unmarshall(Item) : null });
  } catch (error) {
    if (error instanceof ResolverError) throw error;
    const { name, message } = error as Error;
    return resolver.response({ ...context, result: null, error: { message, type: `DynamoDB:${name}` } });
  }
}
