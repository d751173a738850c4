import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { linkFileRoute } from '../../src/api/routes/files';
import { s3FileStore } from '../../src/aws/file-store';
import { linkFile } from '../../src/files/link-file';

export const handler = door(linkFileRoute, async ({ user, path, body }) => {
  const { url, expiresAt } = await linkFile(
    { store: s3FileStore(), now: Date.now },
    { home: user.home, id: path.id, expiresInSeconds: body.expires_in },
  );
  return jsonReply({ url, expires_at: expiresAt });
});
