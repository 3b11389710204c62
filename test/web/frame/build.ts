/** The frame's script and styles as browsers get them, built in memory. */
import { join } from 'node:path';
import { build } from 'vite';
import { allLibraryFiles, libraryBytes } from '../../../setup/library-copy.ts';

const root = join(import.meta.dirname, '../../..');

/** File name -> bytes. Style sheets keep their names; fonts are beside them. */
export async function buildFrame(): Promise<ReadonlyMap<string, Uint8Array>> {
  const result = await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      assetsInlineLimit: 0,
      rollupOptions: {
        input: {
          frame: join(root, 'src/web/frame/main.ts'),
          report: join(root, 'src/web/frame/report.css'),
          math: join(root, 'src/web/frame/math.css'),
          ...Object.fromEntries(
            allLibraryFiles()
              .filter(({ kind }) => kind === 'module')
              .map(({ asset, from }) => [asset.replace(/\.js$/, ''), join(root, from)]),
          ),
        },
        output: { entryFileNames: '[name].js', assetFileNames: '[name][extname]' },
      },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) => ('output' in one ? one.output : []));
  const files = new Map(
    outputs.map((file) => [file.fileName, Buffer.from(file.type === 'chunk' ? file.code : file.source)] as const),
  );
  for (const file of allLibraryFiles())
    if (file.kind !== 'module') files.set(file.asset, Buffer.from(libraryBytes(file)));
  return files;
}
