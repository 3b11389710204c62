// `npm test`: everything. Plain JavaScript: runs on any Node.
import { spawnSync } from 'node:child_process';
const result = spawnSync('node_modules/.bin/vitest', ['run'], { stdio: 'inherit' });
process.exitCode = result.status ?? 1;
