import { readFileSync, writeFileSync } from 'node:fs';
import { withRouteTable } from '../src/api/route-table';
import { routes } from '../src/api/routes';

// Writes anew whatever is made from the route table. A test fails when it has drifted.
writeFileSync('README.md', withRouteTable(readFileSync('README.md', 'utf8'), routes));
