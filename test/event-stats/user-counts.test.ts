import fc from 'fast-check';
import { UserCounts } from '../../src/event-stats/user-counts';

// The machine may be busy with other tests.
jest.setTimeout(60_000);

function countsOf(ids: Iterable<string>) {
  const users = new UserCounts();
  // Each id amid other bytes, and not at the same place twice.
  let margin = 0;
  for (const id of ids) {
    margin = (margin + 1) % 7;
    const bytes = Buffer.from(`${'x'.repeat(margin)}${id}y`);
    if (!users.add(bytes, margin, bytes.length - 1)) throw new Error(`${id} was not taken`);
  }
  return users;
}

function reference(ids: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

const entries = (users: UserCounts) => Array.from(users, ({ id, events }): [string, number] => [id, events]);

test('counts as a map does, in the order of the first sight, whatever the ids', () => {
  const id = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom('a', 'aa', 'aaaa', 'aaab'),
  );
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
      expect(entries(countsOf(ids))).toEqual([...reference(ids)]);
    }),
  );
});

test('grows to any number of users, with short ids and with long ones', () => {
  function* ids() {
    for (let index = 0; index < 60_000; index += 1) {
      const number = (index * 48_271) % 20_011;
      yield number % 100 === 0 ? String(number).repeat(200) : String(number);
    }
  }
  const users = countsOf(ids());
  const expected = reference(ids());
  expect(users.size).toBe(expected.size);
  expect(new Map(entries(users))).toEqual(expected);
});

test('takes no id that is not UTF-8, however often it comes', () => {
  const users = new UserCounts();
  for (let time = 0; time < 3; time += 1) expect(users.add(Buffer.from([0x61, 0xff]), 0, 2)).toBe(false);
  expect(users.add(Buffer.from([0x61, 0xff]), 0, 1)).toBe(true);
  expect(entries(users)).toEqual([['a', 1]]);
});
