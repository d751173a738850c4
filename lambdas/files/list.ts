import { cursorOf, placeOfCursor } from '../../src/api/cursor';
import { door } from '../../src/api/door';
import { fileJson } from '../../src/api/file-json';
import { jsonReply } from '../../src/api/reply';
import { listFilesRoute } from '../../src/api/routes/files';
import { s3FileStore } from '../../src/aws/file-store';
import { listFiles } from '../../src/files/list-files';

export const handler = door(listFilesRoute, async ({ user, query: { limit, prefix, cursor } }) => {
  const after = cursor === undefined ? undefined : placeOfCursor(user.id, cursor);
  const page = await listFiles({ store: s3FileStore() }, { home: user.home, limit, prefix, after });
  return jsonReply({
    data: page.files.map(fileJson),
    next_cursor: page.lastName === undefined ? null : cursorOf(user.id, page.lastName),
  });
});
