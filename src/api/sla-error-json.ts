import type { SlaError } from '../aws/sla-error-store';

/** A report as the API shows it. */
export const slaErrorJson = ({ id, folder, sla, files, receivedAt }: SlaError) => ({
  error_id: id,
  folder,
  sla,
  files: files.map(({ filename, creationDate: { sent, utc } }) => ({
    filename,
    creation_date: sent,
    creation_date_utc: utc,
  })),
  received_at: receivedAt,
});
