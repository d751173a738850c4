import type { Checksum } from './checksums';

/** A file of content. */
export interface Content {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** What is known of an object, besides its bytes. */
export interface StoredObject {
  readonly key: string;
  /** In the order of the bytes. */
  readonly contents: readonly Content[];
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly lastModified: string;
  /** Content-Type and the like, as they are answered; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-` headers, by their names in lower case without that prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}
