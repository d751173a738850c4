import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { keptTable } from './kept-table';
import { privateBucket } from './private-bucket';

/** The bucket where imported files land and stay as they came, and the table of the clean data, which is made from them. */
export class Interactions extends Construct {
  readonly landing: Bucket;
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.landing = new Bucket(this, 'Landing', privateBucket);
    acknowledge(
      this.landing,
      'S1',
      'Nobody reaches the bucket but the one function that imports and the operators; API Gateway logs its requests.',
    );
    this.table = new TableV2(this, 'Table', {
      ...keptTable,
      partitionKey: { name: 'collection_key', type: AttributeType.STRING },
      sortKey: { name: 'version_key', type: AttributeType.STRING },
    });
  }
}
