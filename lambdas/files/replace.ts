import { door } from '../../src/api/door';
import { writtenFileJson } from '../../src/api/file-json';
import { jsonReply } from '../../src/api/reply';
import { replaceFileRoute } from '../../src/api/routes/files';
import { replacementOf } from '../../src/api/upload';
import { s3FileStore } from '../../src/aws/file-store';
import { replaceFile } from '../../src/files/replace-file';

export const handler = door(replaceFileRoute, async ({ user, path, body, headers }) => {
  const content = await replacementOf(body, headers);
  const file = await replaceFile(
    { store: s3FileStore() },
    { home: user.home, id: path.id, ifMatch: headers['if-match'], ...content },
  );
  return jsonReply(writtenFileJson(file), { etag: file.etag });
});
