import type { Operation } from './operation';
import { describeUserPool, describeUserPoolClient } from './operations/describe';
import { adminResetUserPassword, confirmForgotPassword, forgotPassword } from './operations/forgot-password';
import {
  adminAddUserToGroup,
  adminListGroupsForUser,
  adminRemoveUserFromGroup,
  listUsersInGroup,
} from './operations/group-members';
import { createGroup, deleteGroup, getGroup, listGroups } from './operations/groups';
import { listUsers } from './operations/list-users';
import { changePassword, getUser } from './operations/own-account';
import { revokeToken } from './operations/revoke-token';
import { adminInitiateAuth, initiateAuth } from './operations/sign-in';
import { adminUserGlobalSignOut, globalSignOut } from './operations/sign-out';
import { adminConfirmSignUp, confirmSignUp, resendConfirmationCode, signUp } from './operations/sign-up';
import {
  adminCreateUser,
  adminDeleteUser,
  adminDisableUser,
  adminEnableUser,
  adminGetUser,
  adminSetUserPassword,
  adminUpdateUserAttributes,
} from './operations/users';

/** All that is emulated, by the name after the dot in `X-Amz-Target`. Any other answers UnknownOperationException. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    SignUp: signUp,
    ConfirmSignUp: confirmSignUp,
    ResendConfirmationCode: resendConfirmationCode,
    ForgotPassword: forgotPassword,
    ConfirmForgotPassword: confirmForgotPassword,
    InitiateAuth: initiateAuth,
    AdminInitiateAuth: adminInitiateAuth,
    RevokeToken: revokeToken,
    GlobalSignOut: globalSignOut,
    GetUser: getUser,
    ChangePassword: changePassword,
    AdminCreateUser: adminCreateUser,
    AdminGetUser: adminGetUser,
    ListUsers: listUsers,
    AdminUpdateUserAttributes: adminUpdateUserAttributes,
    AdminConfirmSignUp: adminConfirmSignUp,
    AdminSetUserPassword: adminSetUserPassword,
    AdminResetUserPassword: adminResetUserPassword,
    AdminUserGlobalSignOut: adminUserGlobalSignOut,
    AdminDisableUser: adminDisableUser,
    AdminEnableUser: adminEnableUser,
    AdminDeleteUser: adminDeleteUser,
    CreateGroup: createGroup,
    GetGroup: getGroup,
    ListGroups: listGroups,
    DeleteGroup: deleteGroup,
    AdminAddUserToGroup: adminAddUserToGroup,
    AdminRemoveUserFromGroup: adminRemoveUserFromGroup,
    AdminListGroupsForUser: adminListGroupsForUser,
    ListUsersInGroup: listUsersInGroup,
    DescribeUserPool: describeUserPool,
    DescribeUserPoolClient: describeUserPoolClient,
  }),
);
