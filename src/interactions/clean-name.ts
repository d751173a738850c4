import { maxNameCharacters, maxNames, type Names } from './names';
import { quoted } from './read-table';

/** What is wrong with a name for a channel, a type or a topic; undefined where nothing is. */
export function faultOfName(what: string, text: string, names: Names): string | undefined {
  if (text === '') return `the ${what} is empty`;
  if (text.length > maxNameCharacters)
    return `the ${what} ${quoted(text)} is longer than ${maxNameCharacters} characters`;
  if (/\p{Cc}/u.test(text)) return `the ${what} has a control character`;
  if (names.find(text) === undefined && names.size >= maxNames) {
    return `${quoted(text)} would be one ${what} more than the ${maxNames} there may be; is it the right column?`;
  }
  return undefined;
}
