import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocuments } from './documents';

// Writes anew whatever is made from the route table, the catalogues of errors and the limits. A test fails when it has drifted.
for (const [name, text] of Object.entries(generatedDocuments())) writeFileSync(join(__dirname, '..', name), text);
