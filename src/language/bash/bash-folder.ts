/** Bash: folders of a run on another machine. */
import { gzipSync } from 'node:zlib';
import type { FilePiece, FolderSource } from '../../domain/parameter/folder-source.ts';
import { quoteBash } from './bash-string.ts';

/** The kernel types its code into a terminal, at about 100 KB a second. Each line costs another 50 ms. */
const LIMIT_BYTES = 2_000_000;
const LINE_CHARS = 16_000;

export const bashFolder: FolderSource = {
  limitBytes: LIMIT_BYTES,
  // the history, which Bash writes to a file at its end, would have the bytes
  make: (path) => `set +o history\nmkdir -m 700 -- ${quoteBash(path)}`,
  enter: (path) => `mkdir -p -- ${quoteBash(path)} && cd -- ${quoteBash(path)}`,
  append(pieces) {
    const program = ['set -e', 'umask 077', ...pieces.map(appendLine)].join('\n');
    const packed = gzipSync(program).toString('base64');
    const lines = packed.match(new RegExp(`.{1,${LINE_CHARS}}`, 'g')) ?? [];
    return ["base64 -d <<'SCRIPT_RUNNER' | gzip -d | bash", ...lines, 'SCRIPT_RUNNER'].join('\n');
  },
  remove: (path) => `cd / && rm -rf -- ${quoteBash(path)}`,
};

function appendLine({ path, bytes, mode }: FilePiece): string {
  const file = quoteBash(path);
  const change = mode === undefined ? '' : `\nchmod ${mode.toString(8)} -- ${file}`;
  const folder = quoteBash(path.slice(0, path.lastIndexOf('/')));
  return `mkdir -p -- ${folder}\nprintf %s '${Buffer.from(bytes).toString('base64')}' | base64 -d >> ${file}${change}`;
}
