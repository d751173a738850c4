import { door } from '../../src/api/door';
import { interactionsPage } from '../../src/api/pages/interactions-page';
import { pageReplies } from '../../src/api/pages/page-reply';
import { interactionsPageRoute } from '../../src/api/routes/meta';

const reply = pageReplies(interactionsPage);

export const handler = door(interactionsPageRoute, ({ headers }) => reply(headers));
