import { type Command, InvalidArgumentError, Option } from 'commander';
import { EmailAddress } from '../auth/email';
import { setUser } from '../auth/set-user';
import { dynamoAccountStore } from '../aws/account-store';
import { cognitoIdentityAdmin } from '../aws/identity-admin';
import { needsDeployment } from './outputs';

interface SetOptions {
  readonly active?: boolean;
  readonly group?: 'admin' | 'none';
}

/** `datadock users`: who may use a deployment, for those who operate it. */
export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('manage the users of a deployment');
  needsDeployment(users.command('set'))
    .summary('create or change a user')
    .description(
      `Create a user, or change one: what is left out stays as it is. A new password and --active 0 end every session.

  datadock users set ann@example.com Correct-horse-1 --group admin
  datadock users set ann@example.com --active 0`,
    )
    .argument('<email>', 'the address that the user signs in with', email)
    .argument('[password]', '12 or more characters')
    .argument('[active]', 'the same as --active', active)
    .option('--active <0|1>', 'whether the user may sign in', active)
    .addOption(new Option('--group <name>', 'the group of the user').choices(['admin', 'none']))
    .action(setUserAction);
}

async function setUserAction(
  email: string,
  password: string | undefined,
  activeArgument: boolean | undefined,
  { active: activeOption, group }: SetOptions,
): Promise<void> {
  const needs = { admin: cognitoIdentityAdmin(), accounts: dynamoAccountStore(), now: Date.now };
  const isActive = activeOption ?? activeArgument;
  const isAdmin = group === undefined ? undefined : group === 'admin';
  const { id, isNew } = await setUser(needs, { email, password, isActive, isAdmin });
  console.log(JSON.stringify({ id, email, created: isNew }));
}

function email(text: string): string {
  if (EmailAddress.safeParse(text).success) return text;
  throw new InvalidArgumentError('It is not an email address.');
}

function active(text: string): boolean {
  if (text === '0' || text === '1') return text === '1';
  throw new InvalidArgumentError('Give 1 for active or 0 for not.');
}
