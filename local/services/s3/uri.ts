/** Percent-encodes all but A-Z, a-z, 0-9, `-`, `.`, `_` and `~`, as Signature Version 4 does. */
export const uriEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** The same for a path, whose slashes stay. */
export const uriEncodePath = (path: string): string => uriEncode(path).replaceAll('%2F', '/');
