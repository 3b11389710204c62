// `npm run bench`: runs the measurements on the Node that Script Runner runs on. Plain JavaScript for Node 20 and
// later.
import { join } from 'node:path';
import { ROOT, runOnNode } from '../setup/node.js';

process.exitCode = await runOnNode([join(ROOT, 'bench/main.ts'), ...process.argv.slice(2)]);
