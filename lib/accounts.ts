import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { keptTable } from './kept-table';

/** The `Accounts` table: one item for each user, and one for each home that is claimed. */
export class Accounts extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      ...keptTable,
      partitionKey: { name: 'sub', type: AttributeType.STRING },
    });
  }
}
