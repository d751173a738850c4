// As much of graphql-yoga's types as is used. Its own refer to the types of the browser, and would bring them into the
// whole project, where they differ from Node's.

type FieldResolver = (source: unknown, args: Record<string, unknown>) => unknown;

export function createSchema(options: {
  readonly typeDefs: string;
  readonly resolvers: Readonly<Record<string, Readonly<Record<string, FieldResolver>>>>;
}): object;

export function createYoga(options: {
  readonly schema: object;
  readonly graphqlEndpoint: string;
  readonly graphiql: boolean;
  readonly landingPage: boolean;
  readonly multipart: boolean;
  readonly logging: boolean;
  readonly maskedErrors: { maskError(error: unknown): Error };
}): { fetch(request: Request): Promise<Response> };
