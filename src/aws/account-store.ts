import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { setting } from '../config';
import { dynamoClient } from './dynamo';

/** What the `Accounts` table knows of a user. It is the truth about who may do what; a token only says who asks. */
export interface Account {
  /** Cognito's `sub`. */
  readonly id: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly isActive: boolean;
  readonly groups: readonly string[];
  /** The S3 prefix of all that the user owns, ended by `/`. Never changes. */
  readonly home: string;
  /** Tokens whose sign-in was not after this second since the epoch are refused. */
  readonly tokensValidAfter: number;
}

/** What a sign-in learns from Cognito. */
export type SignedInUser = Pick<Account, 'id' | 'email' | 'emailVerified' | 'groups'>;

export interface AccountStore {
  /** Consistent: a deactivation is seen by the next request. */
  find(id: string): Promise<Account | undefined>;
  /** Makes `home` the user's, once and for all. Answers false where it is another user's. */
  claimHome(home: string, id: string): Promise<boolean>;
  /** Creates the record, or refreshes what Cognito knows; home, activity and sign-out stay as they are. */
  recordSignIn(user: SignedInUser, home: string): Promise<Account>;
  /** Refuses, from the next request on, every token whose sign-in was not after this second. An unknown id is no error. */
  signOut(id: string, second: number): Promise<void>;
  /** Also for a user who has not signed in yet: the record of the first sign-in will say so. */
  setActive(id: string, isActive: boolean): Promise<void>;
  /** A user who has not signed in yet will bring the groups from Cognito. */
  setGroups(id: string, groups: readonly string[]): Promise<void>;
}

interface AccountItem {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly is_active: boolean;
  readonly groups: readonly string[];
  readonly home: string;
  readonly tokens_valid_after: number;
}

/** The table holds two kinds of items under one key, `sub`: accounts, and claims of homes (`home#PREFIX`). */
export function dynamoAccountStore(): AccountStore {
  const dynamo = dynamoClient();
  const TableName = setting('ACCOUNTS_TABLE');

  /** Sets one attribute. A condition that does not hold, as none does for an unknown account, makes it do nothing. */
  const change = async (id: string, name: keyof AccountItem, value: unknown, ConditionExpression?: string) => {
    try {
      await dynamo.send(
        new UpdateCommand({
          TableName,
          Key: { sub: id },
          UpdateExpression: 'SET #name = :value',
          ConditionExpression,
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':value': value },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  return {
    async find(id) {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key: { sub: id }, ConsistentRead: true }));
      // Without a home it is no account yet: an operator decided on its activity before the first sign-in.
      return Item?.['home'] === undefined ? undefined : toAccount(Item as AccountItem);
    },

    async claimHome(home, id) {
      try {
        await dynamo.send(
          new PutCommand({
            TableName,
            Item: { sub: `home#${home}`, claimed_by: id },
            ConditionExpression: 'attribute_not_exists(#key) OR claimed_by = :id',
            ExpressionAttributeNames: { '#key': 'sub' },
            ExpressionAttributeValues: { ':id': id },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async recordSignIn(user, home) {
      const { Attributes } = await dynamo.send(
        new UpdateCommand({
          TableName,
          Key: { sub: user.id },
          UpdateExpression: [
            'SET email = :email, email_verified = :verified, #groups = :groups',
            'home = if_not_exists(home, :home)',
            'is_active = if_not_exists(is_active, :active)',
            'tokens_valid_after = if_not_exists(tokens_valid_after, :epoch)',
          ].join(', '),
          ExpressionAttributeNames: { '#groups': 'groups' },
          ExpressionAttributeValues: {
            ':email': user.email,
            ':verified': user.emailVerified,
            ':groups': user.groups,
            ':home': home,
            ':active': true,
            ':epoch': 0,
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return toAccount(Attributes as AccountItem);
    },

    async signOut(id, second) {
      await change(id, 'tokens_valid_after', second, 'tokens_valid_after < :value');
    },

    async setActive(id, isActive) {
      await change(id, 'is_active', isActive);
    },

    async setGroups(id, groups) {
      await change(id, 'groups', groups, 'attribute_exists(home)');
    },
  };
}

function toAccount(item: AccountItem): Account {
  return {
    id: item.sub,
    email: item.email,
    emailVerified: item.email_verified,
    isActive: item.is_active,
    groups: item.groups,
    home: item.home,
    tokensValidAfter: item.tokens_valid_after,
  };
}
