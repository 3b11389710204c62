/**
 * Builds what browsers load: hashed files under `dist/assets/`, a manifest of names, and compressed twins of all text.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { keepGeneration } from './setup/asset-generation.ts';
import { allLibraryFiles, libraryBytes } from './setup/library-copy.ts';

const outDir = 'dist/assets';

/** Name -> source; the name is what the server asks for. */
const entries: Record<string, string> = {
  'app.js': 'src/web/app.ts',
  'app.css': 'src/web/app.css',
  'embed.js': 'src/web/embed.ts',
  'frame.js': 'src/web/frame/main.ts',
  'report.css': 'src/web/frame/report.css',
  'math.css': 'src/web/frame/math.css',
  'slides.js': 'src/web/slides/main.ts',
  'slides.css': 'src/web/slides/slides.css',
  ...Object.fromEntries(
    allLibraryFiles()
      .filter(({ kind }) => kind === 'module')
      .map(({ asset, from }) => [asset, from]),
  ),
};

/** Files that are served as they are, but for the hash in their name. */
const copies: Record<string, string> = {
  'icon.svg': 'src/web/asset/icon.svg',
};

const TEXT = /\.(js|css|svg|json)$/;
/** Above this the best compression takes seconds and gains a few percent. */
const LARGE_BYTES = 1_000_000;

function manifest(): Plugin {
  let own: readonly string[] = [];
  return {
    name: 'script-runner-manifest',
    buildStart() {
      for (const [name, path] of Object.entries(copies))
        this.emitFile({ type: 'asset', name, originalFileName: path, source: readFileSync(path) });
      for (const file of allLibraryFiles())
        if (file.kind !== 'module') this.emitFile({ type: 'asset', name: file.asset, source: libraryBytes(file) });
    },
    writeBundle(_options, bundle) {
      const files: Record<string, string> = {};
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk' && file.isEntry && `${file.name}.js` in entries)
          files[`${file.name}.js`] = file.fileName;
        if (file.type === 'asset') for (const name of file.names) files[name] = file.fileName;
      }
      own = Object.keys(bundle);
      writeFileSync(join(outDir, 'manifest.json'), `${JSON.stringify(files, null, 1)}\n`);
    },
    closeBundle() {
      if (own.length === 0) return;
      compress(own);
      keepGeneration(outDir, own);
    },
  };
}

function compress(files: readonly string[]): void {
  for (const file of files) {
    if (!TEXT.test(file)) continue;
    const path = join(outDir, file);
    const bytes = readFileSync(path);
    const quality = bytes.length > LARGE_BYTES ? 6 : 11;
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
  }
}

export default defineConfig({
  base: './',
  publicDir: false,
  build: {
    outDir,
    // see `asset-generation`
    emptyOutDir: false,
    assetsDir: '',
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: false,
    target: 'es2023',
    reportCompressedSize: false,
    // libraries of outputs are as large as they are
    chunkSizeWarningLimit: 5_000,
    rolldownOptions: {
      input: Object.fromEntries(
        Object.entries(entries)
          .filter(([, path]) => existsSync(path))
          .map(([name, path]) => [name.replace(/\.js$/, ''), path]),
      ),
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
  plugins: [manifest()],
});
