// What is used of Postman's collection format, version 2.1.0.

export interface Item {
  readonly name: string;
  readonly event?: readonly Event[];
  readonly request: PostmanRequest;
  /** Answers as a reader meets them without sending anything. */
  readonly response?: readonly SavedExample[];
}

export interface SavedExample {
  readonly name: string;
  readonly originalRequest: PostmanRequest;
  readonly status: string;
  readonly code: number;
  readonly header: readonly { readonly key: string; readonly value: string }[];
  readonly body: string;
  readonly _postman_previewlanguage: 'json' | 'text';
}

export interface Folder {
  readonly name: string;
  readonly description?: string;
  readonly item: readonly Item[];
}

interface Event {
  readonly listen: 'prerequest' | 'test';
  readonly script: { readonly type: 'text/javascript'; readonly exec: readonly string[] };
}

export interface PostmanRequest {
  readonly method: string;
  readonly description?: string;
  /** Left out, the collection's own is used: the bearer token. */
  readonly auth?: { readonly type: 'noauth' };
  readonly header: readonly { readonly key: string; readonly value: string }[];
  readonly url: string;
  readonly body?: { readonly mode: 'raw'; readonly raw: string };
}

/** The scripts of an item: what runs before it is sent, and after its answer has come. */
export function scripts(before: readonly string[], after: readonly string[]): readonly Event[] {
  const event = (listen: Event['listen'], exec: readonly string[]): Event[] =>
    exec.length === 0 ? [] : [{ listen, script: { type: 'text/javascript', exec } }];
  return [...event('prerequest', before), ...event('test', after)];
}
