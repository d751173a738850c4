import type { CheckedSelect } from './analysis';
import type { SelectItem } from './ast';
import { type FieldOf, positionOf } from './columns';
import { type CompiledAggregate, Compiler } from './compile';
import { stepsPerItem, stepsPerNode } from './limits';
import type { Evaluate } from './logic';
import type { CsvInput, Output } from './options';
import type { RecordCursor } from './record';
import { type Aggregate, vectorAggregates } from './simd/vector-aggregates';
import { type VectorCondition, vectorCondition } from './simd/vector-condition';
import { canRewrite, type VectorWriting, vectorWriting } from './simd/vector-writing';
import { ValueError } from './sql-error';
import type { StepBudget } from './step-budget';
import { toCondition } from './value';
import type { Writer } from './writer';

/** A query made ready for a file whose columns are known. */
export interface Plan {
  /** Whether the record that the cursor is at belongs to the result. Throws ValueError. */
  readonly accepts: (record: RecordCursor) => boolean;
  /** Writes the fields of the result's record. Throws ValueError. */
  readonly write: (record: RecordCursor, writer: Writer) => void;
  /** The names of the fields that a record of this width has in the result. */
  readonly names: (width: number) => readonly string[];
  /** Empty, unless the result is one record of aggregates. */
  readonly aggregates: readonly CompiledAggregate[];
  /** The steps that `accepts` takes for each record, and those of the list for each that it accepts. */
  readonly whereSteps: number;
  readonly listSteps: number;
  /** What a kernel can do of it; undefined what it cannot. */
  readonly vector: VectorPlan;
}

/** The parts of a plan that work on all records of a batch at once. */
export interface VectorPlan {
  readonly condition: VectorCondition | undefined;
  readonly aggregate: Aggregate | undefined;
  /** Whether all records are written with all their fields, in the form in which they are read. */
  readonly rewrites: boolean;
  /** How the records that WHERE accepts are written. */
  readonly writing: VectorWriting | undefined;
  /** Whether it counts records and asks nothing of them. */
  readonly countsOnly: boolean;
}

/** Throws SqlError where a column cannot be found. */
export function plan(
  select: CheckedSelect,
  fieldOf: FieldOf,
  header: readonly string[] | undefined,
  budget: StepBudget,
  now: Date,
  input: CsvInput,
  output: Output,
): Plan {
  const compiler = new Compiler(fieldOf, budget, now);
  const list = select.items === '*' ? star(header) : projection(select.items, select.isAggregate, compiler, fieldOf);
  const listNodes = compiler.nodes;
  const where = select.where && compiler.compile(select.where);
  return {
    ...list,
    accepts: where ? (record) => isTrue(where, record) : () => true,
    aggregates: compiler.aggregates,
    whereSteps: (compiler.nodes - listNodes) * stepsPerNode,
    listSteps: listNodes * stepsPerNode + (select.items === '*' ? 0 : select.items.length * stepsPerItem),
    vector: {
      condition: vectorCondition(select.where, fieldOf, input.quote),
      aggregate: vectorAggregates(compiler.aggregates, fieldOf),
      rewrites: select.items === '*' && !where && canRewrite(input, output),
      writing: vectorWriting(select.items, fieldOf, list.names, input, output),
      countsOnly: !where && compiler.aggregates.length > 0 && compiler.aggregates.every(countsRecords),
    },
  };
}

type List = Pick<Plan, 'write' | 'names'>;

/** Each record with the fields that it has, however many the header names. */
function star(header: readonly string[] = []): List {
  const name = (field: number) => header[field] ?? `_${field + 1}`;
  return {
    write: (record, writer) => {
      for (let field = 0; field < record.width; field++) writer.field(record, field, name(field));
    },
    names: (width) => Array.from({ length: header.length || width }, (_, field) => name(field)),
  };
}

function projection(items: readonly SelectItem[], isAggregate: boolean, compiler: Compiler, fieldOf: FieldOf): List {
  const names = items.map(nameOf);
  const writers = items.map(({ expression }, index) => {
    const name = names[index] as string;
    if (expression.kind === 'column') {
      compiler.nodes++;
      const field = fieldOf(expression);
      return (record: RecordCursor, writer: Writer) => writer.field(record, field, name);
    }
    const evaluate = compiler.compile(expression);
    const write = (record: RecordCursor, writer: Writer) => writer.value(evaluate(record), name);
    return isAggregate ? atOffset(expression.at, write) : write;
  });
  return {
    write: (record, writer) => {
      for (const write of writers) write(record, writer);
    },
    names: () => names,
  };
}

/** Errors of what is computed from aggregates have no record: they point at the item in the query. */
const atOffset =
  (offset: number, write: Plan['write']): Plan['write'] =>
  (record, writer) => {
    try {
      write(record, writer);
    } catch (error) {
      if (error instanceof ValueError) error.offset = offset;
      throw error;
    }
  };

/** The alias, else the column as the query spells it, else the place in the list. */
function nameOf({ alias, expression }: SelectItem, index: number): string {
  if (alias !== undefined) return alias;
  if (expression.kind !== 'column') return `_${index + 1}`;
  const { text, isQuoted } = expression.name;
  const position = isQuoted ? undefined : positionOf(text);
  return position === undefined ? text : `_${position}`;
}

const countsRecords = ({ node }: CompiledAggregate): boolean => node.name === 'COUNT' && node.argument === undefined;

function isTrue(where: Evaluate, record: RecordCursor): boolean {
  return toCondition(where(record)) === true;
}
