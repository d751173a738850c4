import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { deleteFileRoute } from '../../src/api/routes/files';
import { s3FileStore } from '../../src/aws/file-store';
import { deleteFile } from '../../src/files/delete-file';

export const handler = door(deleteFileRoute, async ({ user, path }) => {
  await deleteFile({ store: s3FileStore() }, { home: user.home, id: path.id });
  return jsonReply({ deleted: true });
});
