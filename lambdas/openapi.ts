import { door } from '../src/api/door';
import { openApiDocument } from '../src/api/openapi/document';
import { jsonReply } from '../src/api/reply';
import { routes } from '../src/api/routes';
import { openApiRoute } from '../src/api/routes/meta';

const document = openApiDocument(routes);

export const handler = door(openApiRoute, () => jsonReply(document));
