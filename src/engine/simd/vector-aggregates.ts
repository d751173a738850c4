import type { FieldOf } from '../columns';
import type { CompiledAggregate } from '../compile';
import type { Kernel } from '../kernel';
import type { RecordCursor } from '../record';
import type { Value } from '../value';
import { unknownFlag } from './kernel-block';

/** Adds the first `count` records of the kernel's selection to aggregates. Throws what their expressions throw. */
export type Aggregate = (kernel: Kernel, count: number, moveTo: (index: number) => RecordCursor) => void;

/** The aggregates that take one and the same number of each record. */
interface Group {
  readonly field: number;
  readonly isInteger: boolean;
  readonly members: CompiledAggregate[];
}

/** Aggregates that the kernel can add up: COUNT(*), and those of a column cast to INT or DECIMAL. Undefined if one is another. */
export function vectorAggregates(aggregates: readonly CompiledAggregate[], fieldOf: FieldOf): Aggregate | undefined {
  const groups = new Map<string, Group>();
  const counters: CompiledAggregate[] = [];
  for (const aggregate of aggregates) {
    const { name, argument } = aggregate.node;
    if (!argument && name === 'COUNT') {
      counters.push(aggregate);
      continue;
    }
    if (argument?.kind !== 'cast' || argument.operand.kind !== 'column') return undefined;
    if (argument.type !== 'INT' && argument.type !== 'DECIMAL') return undefined;
    const field = fieldOf(argument.operand);
    const key = `${argument.type} ${field}`;
    const group = groups.get(key) ?? { field, isInteger: argument.type === 'INT', members: [] };
    group.members.push(aggregate);
    groups.set(key, group);
  }
  return (kernel, count, moveTo) => {
    for (const { accumulator } of counters) accumulator.addCount(count);
    const later: { readonly index: number; readonly run: () => void }[] = [];
    for (const group of groups.values()) later.push(...addGroup(group, kernel, count, moveTo));
    // In the order of the records, so that the first that is faulty is the one that is named.
    later.sort((a, b) => a.index - b.index);
    for (const { run } of later) run();
  };
}

/** Adds what the kernel can; what is to be done record by record is given back. */
function addGroup(
  { field, isInteger, members }: Group,
  kernel: Kernel,
  count: number,
  moveTo: (index: number) => RecordCursor,
) {
  const { left, least, most } = kernel.aggregate(count, field, isInteger);
  for (let scale = 0; scale < kernel.sums.length; scale++) {
    const numbers = Number(kernel.counts[scale]);
    if (numbers === 0) continue;
    const unscaled = kernel.sums[scale] as bigint;
    for (const { accumulator } of members) {
      accumulator.addSum(isInteger ? unscaled : { unscaled, scale }, numbers);
    }
  }
  const [first] = members;
  const later = Array.from(kernel.left.subarray(0, left), (flagged) => {
    const index = (flagged & ~unknownFlag) >>> 0;
    return {
      index,
      run: () => {
        const value = valueOf(index);
        for (const { accumulator } of members) accumulator.add(value);
      },
    };
  });
  for (const index of new Set([least, most])) {
    if (index >= 0) later.push({ index, run: () => addExtreme(valueOf(index)) });
  }
  return later;

  function valueOf(index: number): Value {
    return first?.argument(moveTo(index));
  }

  function addExtreme(value: Value): void {
    for (const { accumulator } of members) accumulator.addExtreme(value);
  }
}
