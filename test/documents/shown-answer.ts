// What a page shows after a block of commands, compared with what they print. `...` stands for whatever is there, on a line of
// its own for any number of lines. Ids and times differ from run to run: a UUID stands for any other, and an instant for itself
// or for one of now. Answers in JSON may be broken into lines where the page likes.

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const instant = /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;
const variable = new RegExp(`(\\n\\.\\.\\.(?=\\n)|\\.\\.\\.|${uuid.source}|${instant.source})`);

/** An hour: how long what is given out lasts at most. */
const aroundNowMs = 65 * 60_000;
const now = '<now>';

export interface Comparison {
  readonly matches: boolean;
  /** Both as they are compared, for the message. */
  readonly shown: string;
  readonly printed: string;
}

export function compare(language: string, shownText: string, printedText: string): Comparison {
  const squeeze = (text: string) => (language === 'json' ? text.replaceAll(/\s+/g, '') : `\n${text.trim()}\n`);
  const shown = squeeze(shownText);
  const printed = squeeze(printedText).replaceAll(new RegExp(instant, 'g'), (text) =>
    Math.abs(Date.parse(text) - Date.now()) < aroundNowMs ? now : text,
  );
  return { matches: patternOf(shown, language === 'json').test(printed), shown, printed };
}

function patternOf(shown: string, isJson: boolean): RegExp {
  const parts = shown.split(variable).map((part) => {
    if (part === '\n...') return '(?:\\n[^\\n]*)*';
    if (part === '...') return isJson ? '[^]*?' : '[^\\n]*?';
    if (uuid.test(part) && part.length === 36) return uuid.source;
    const escaped = part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return instant.test(part) ? `(?:${escaped}|${now})` : escaped;
  });
  return new RegExp(`^${parts.join('')}$`);
}
