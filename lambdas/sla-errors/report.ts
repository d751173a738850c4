import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { reportSlaErrorsRoute } from '../../src/api/routes/sla-errors';
import { dynamoSlaErrorStore } from '../../src/aws/sla-error-store';
import { reportSlaErrors } from '../../src/sla-errors/report-sla-errors';

export const handler = door(reportSlaErrorsRoute, async ({ user, body }) => {
  const needs = { store: dynamoSlaErrorStore(), now: Date.now };
  const { stored, duplicates, errorIds } = await reportSlaErrors(needs, { owner: user.id, entries: body.sla_error });
  return jsonReply({ stored, duplicates, error_ids: errorIds });
});
