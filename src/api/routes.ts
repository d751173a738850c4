import type { Route } from './route';
import {
  confirmRoute,
  forgotRoute,
  loginRoute,
  logoutRoute,
  refreshRoute,
  resendRoute,
  resetRoute,
  signupRoute,
  tokenRoute,
} from './routes/auth';
import {
  createFileRoute,
  deleteFileRoute,
  describeFileRoute,
  headFileRoute,
  linkFileRoute,
  listFilesRoute,
  queryFileRoute,
  readFileRoute,
  replaceFileRoute,
} from './routes/files';
import { createImportRoute, dataQualityRoute, readInteractionsRoute, statisticsRoute } from './routes/interactions';
import {
  createMapRoute,
  linkMapRoute,
  listMapsRoute,
  mapStatusRoute,
  readMapRoute,
  shareMapRoute,
} from './routes/maps';
import { docsRoute, healthRoute, interactionsPageRoute, limitsRoute, meRoute, openApiRoute } from './routes/meta';
import { listSlaErrorsRoute, reportSlaErrorsRoute } from './routes/sla-errors';
import { abortUploadRoute, completeUploadRoute, createUploadRoute, readUploadRoute } from './routes/uploads';

/** The one table of routes. The stack and the documents are made from it; each row's door is `lambdas/<key>.ts`. */
export const routes: readonly Route[] = [
  signupRoute,
  confirmRoute,
  resendRoute,
  loginRoute,
  tokenRoute,
  refreshRoute,
  logoutRoute,
  forgotRoute,
  resetRoute,
  meRoute,
  listFilesRoute,
  createFileRoute,
  describeFileRoute,
  readFileRoute,
  headFileRoute,
  replaceFileRoute,
  linkFileRoute,
  queryFileRoute,
  deleteFileRoute,
  createUploadRoute,
  readUploadRoute,
  completeUploadRoute,
  abortUploadRoute,
  reportSlaErrorsRoute,
  listSlaErrorsRoute,
  readInteractionsRoute,
  statisticsRoute,
  dataQualityRoute,
  createImportRoute,
  createMapRoute,
  listMapsRoute,
  readMapRoute,
  mapStatusRoute,
  shareMapRoute,
  linkMapRoute,
  limitsRoute,
  healthRoute,
  openApiRoute,
  docsRoute,
  interactionsPageRoute,
];

/** The door of every path and method that no row names: `lambdas/fallback.ts`. */
export const fallbackKey = 'fallback';
