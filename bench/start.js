// `npm run bench` and `npm run trace`: runs the program that is named first on the Node that Script Runner runs on.
// Plain JavaScript for Node 20 and later.
import { join } from 'node:path';
import { ROOT, runOnNode } from '../setup/node.js';

const [program = 'main.ts', ...options] = process.argv.slice(2);
process.exitCode = await runOnNode([join(ROOT, 'bench', program), ...options], { endWithParent: true });
