import { tagOf } from '../src/api/openapi/document';
import type { Route } from '../src/api/route';
import { stageName } from '../src/config';
import { exampleItem, refusedItems } from './requests';
import { scenarios } from './scenarios';

/**
 * The Postman collection of the route table: for each group of routes a folder with each row's example, one with what is
 * refused, and the scenarios. All of it passes from top to bottom, any number of times, against `npm start`.
 */
export function collection(routes: readonly Route[]) {
  const groups = [...new Set(routes.map(tagOf))];
  const isIn = (group: string) => (row: Route) => tagOf(row) === group;
  return {
    info: {
      _postman_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
      name: 'Datadock',
      description:
        'Made from the route table by npm run generate. Choose an environment, then run any folder or request.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{access_token}}', type: 'string' }] },
    item: [
      ...groups.map((group) => ({ name: group, item: routes.filter(isIn(group)).map(exampleItem) })),
      { name: 'refused', item: routes.flatMap(refusedItems) },
      { name: 'scenarios', item: scenarios },
    ],
  };
}

const environment = (name: string, values: Readonly<Record<string, string>>) => ({
  name,
  _postman_variable_scope: 'environment',
  values: Object.entries(values).map(([key, value]) => ({
    key,
    value,
    type: key === 'password' ? 'secret' : 'default',
    enabled: true,
  })),
});

/** Of `npm start`, with its demo user. */
export const localEnvironment = environment('Datadock: npm start', {
  baseUrl: 'http://127.0.0.1:3000',
  mailbox_url: 'http://127.0.0.1:3000/local/mailbox',
  email: 'demo@example.com',
  password: 'Datadock-demo-1',
});

/**
 * Of a deployment, by its output `ApiUrl`. Codes come by mail: without a mailbox, set the collection variable `code` by hand.
 */
export const awsEnvironment = (apiUrl: string) =>
  environment('Datadock: AWS', {
    baseUrl: apiUrl.slice(0, apiUrl.indexOf(`/${stageName}/`)),
    mailbox_url: '',
    email: '',
    password: '',
  });
