/** JavaScript: folders of a run on another machine, with the modules of Node that Deno and tslab have. */
import type { FolderSource } from '../../domain/parameter/folder-source.ts';

export const javascriptFolder: FolderSource = {
  make: (path) => withNode(`fs.mkdirSync(${quote(path)}, { mode: 0o700 });`),
  enter: (path) => withNode(`fs.mkdirSync(${quote(path)}, { recursive: true }); process.chdir(${quote(path)});`),
  append: (pieces) =>
    withNode(
      ...pieces.flatMap(({ path, bytes, mode }) => [
        `fs.mkdirSync(${quote(path.slice(0, path.lastIndexOf('/')))}, { recursive: true });`,
        `fs.appendFileSync(${quote(path)}, Buffer.from("${Buffer.from(bytes).toString('base64')}", "base64"));`,
        ...(mode === undefined ? [] : [`fs.chmodSync(${quote(path)}, ${mode});`]),
      ]),
    ),
  remove: (path) => withNode('process.chdir("/");', `fs.rmSync(${quote(path)}, { recursive: true, force: true });`),
};

const quote = (text: string) => JSON.stringify(text);

function withNode(...lines: readonly string[]): string {
  return [
    'await (async () => {',
    'const [fs, process, { Buffer }] = await Promise.all(',
    '["node:fs", "node:process", "node:buffer"].map((name) => import(name)));',
    ...lines,
    '})();',
  ].join('\n');
}
