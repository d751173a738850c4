import { App } from 'aws-cdk-lib';
import { readContext } from '../../lib/context';

const read = (context: Record<string, string>) => readContext(new App({ context }).node);

test('without a context no page may call, and nobody is mailed or told', () => {
  expect(read({})).toEqual({ allowedOrigins: [], mapWorker: 'on', queryEngine: 'builtin' });
});

test('origins are parted by commas', () => {
  expect(read({ allowedOrigins: 'https://app.example.com,http://localhost:8080' })).toMatchObject({
    allowedOrigins: ['https://app.example.com', 'http://localhost:8080'],
  });
  expect(read({ allowedOrigins: '*' })).toMatchObject({ allowedOrigins: ['*'] });
});

test('all origins and some beside them is a contradiction', () => {
  expect(() => read({ allowedOrigins: '*,https://app.example.com' })).toThrow('write * alone');
});

test.each([
  'app.example.com',
  'https://app.example.com/',
  'https://app.example.com/page',
  'http://app.example.com',
  'x',
])('%s is no origin, and the error says what would be', (allowedOrigins) =>
  expect(() => read({ allowedOrigins })).toThrow('write https://app.example.com'),
);

test('the processor of maps is on, or off where an external system takes its place', () => {
  expect(read({ mapWorker: 'off' })).toMatchObject({ mapWorker: 'off' });
  expect(() => read({ mapWorker: 'none' })).toThrow("mapWorker is 'none'; write on or off");
});

test('queries are answered by the built-in engine or by S3 Select, and by nothing else', () => {
  expect(read({ queryEngine: 's3select' })).toMatchObject({ queryEngine: 's3select' });
  expect(() => read({ queryEngine: 'athena' })).toThrow('write one of builtin, s3select');
});

test.each(['mailFrom', 'alarmEmail'])('%s must be an email address', (name) => {
  expect(read({ [name]: 'ops@example.com' })).toMatchObject({ [name]: 'ops@example.com' });
  for (const wrong of ['ops', 'ops@example', 'a@b.c,d@e.f', 'Ops <ops@example.com>']) {
    expect(() => read({ [name]: wrong })).toThrow(`${name} is '${wrong}'`);
  }
});
