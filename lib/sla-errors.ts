import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { slaErrorsIndexes, slaErrorsTableName } from '../src/config';
import { keptTable } from './kept-table';

/** The table `FileSlaErrors`: the one name that is not CDK's to choose, since its users know it. */
export class SlaErrors extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      ...keptTable,
      tableName: slaErrorsTableName,
      partitionKey: { name: 'ErrorID', type: AttributeType.STRING },
      globalSecondaryIndexes: Object.values(slaErrorsIndexes).map(({ name, partitionKey }) => ({
        indexName: name,
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        sortKey: { name: 'ReceivedAt', type: AttributeType.STRING },
      })),
    });
  }
}
