/** A zip of texts and streams, written as it is read, in bounded memory. The same entries give the same bytes. */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface ArchiveEntry {
  /** With `/`, relative. */
  readonly path: string;
  /** Called when it is the entry's turn. */
  readonly read: () => Promise<Uint8Array | AsyncIterable<Uint8Array>>;
}

/** `atMs`: the date of all entries. An error of an entry ends the stream. */
export function createArchive(entries: readonly ArchiveEntry[], atMs: number): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | undefined;
  // its reader may leave before the end
  output.once('close', () => current?.destroy());
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { path, read } of entries) {
    zip.addReadStreamLazy(path, { mtime: new Date(atMs) }, (give) => {
      read().then(
        (content) => {
          const stream = content instanceof Uint8Array ? Readable.from([content]) : Readable.from(content);
          stream.once('error', (error) => output.destroy(error));
          current = stream;
          give(null, stream);
        },
        (error: unknown) => give(error, undefined as never),
      );
    });
  }
  zip.end();
  return output;
}

/** Different names in a folder, whatever systems make of upper and lower case. */
export function archivePaths(folder: string, names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replace(/[\\/:\0]/g, '-').replace(/^\.+$/, '-');
    let path = `${folder}/${plain}`;
    for (let number = 2; taken.has(path.toLowerCase()); number++) path = `${folder}/${String(number)}-${plain}`;
    taken.add(path.toLowerCase());
    return path;
  });
}
