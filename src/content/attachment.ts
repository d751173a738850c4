import contentDisposition from 'content-disposition';

/**
 * The Content-Disposition of a download. A name that is not ASCII comes twice: in UTF-8, and with question marks for clients
 * that do not know that form. Source: RFC 6266, appendix D, and RFC 8187.
 */
export const attachmentOf = (name: string): string =>
  contentDisposition(name, { type: 'attachment', fallback: name.replaceAll(/[^\x20-\x7e]/gu, '?') });
