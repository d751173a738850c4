// Answers each request with the event that serverless-offline would make of it.
//
//     node .ci/referee/serverless-offline-events.mjs node_modules PORT
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, port] = process.argv.slice(2);
const folder = join(resolve(modules), 'serverless-offline');
const hapi = createRequire(join(folder, 'package.json'))('@hapi/hapi');
const { default: ProxyEvent } = await import(
  pathToFileURL(join(folder, 'src', 'events', 'http', 'lambda-events', 'LambdaProxyIntegrationEvent.js'))
);

const server = hapi.server({ host: '127.0.0.1', port: Number(port), router: { stripTrailingSlash: true } });
const stage = 'api';
for (const path of ['/v1/files/{id}', '/v1/{proxy*}']) {
  for (const method of ['GET', '*']) {
    server.route({
      method,
      path: `/${stage}${path}`,
      options:
        method === 'GET'
          ? { response: { ranges: false } }
          : { payload: { output: 'data', parse: false, failAction: 'ignore' } },
      handler: (request, reply) => {
        // As HttpServer.js hands it over.
        request.payload = request.payload?.toString('utf8');
        request.rawPayload = request.payload;
        const event = new ProxyEvent(request, stage, request.path.slice(stage.length + 1)).create();
        const body = JSON.stringify(event);
        const response = reply.response(body).type('application/json');
        return body.length < 9000 ? response.header('X-Event', Buffer.from(body).toString('base64')) : response;
      },
    });
  }
}
await server.start();
