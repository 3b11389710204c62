/** Scripts whose folder is replaced as a whole: each commit of a repository is a folder of its own. */
import { join, relative } from 'node:path';
import { stat } from 'node:fs/promises';
import type { ScriptContent, ScriptSource } from '../domain/script/script.ts';

export interface Release {
  /** Absolute folder in which the scripts are. */
  readonly scripts: string;
  readonly commit: string;
}

export interface MovingScriptSource extends ScriptSource {
  /**
   * Publishes what is in the folder; settles when it is listed, or the first one is being read. If it rejects, the
   * folder before stays.
   */
  move(to: Release): Promise<void>;
}

export interface MovingOptions {
  /** Reads a folder of scripts. */
  readonly open: (directory: string) => Promise<ScriptSource>;
  /** The scripts of an earlier commit, which may no longer be there. */
  readonly placeOf: (commit: string) => Promise<string>;
}

/** Settles at once with what is in the folder `nothing`, which need not exist. */
export async function createMovingScriptSource(
  { open, placeOf }: MovingOptions,
  nothing: string,
): Promise<MovingScriptSource> {
  const listeners = new Set<() => void>();
  let current = { source: await open(nothing), release: { scripts: nothing, commit: '' } };
  let before: ScriptSource | undefined;

  async function move(release: Release): Promise<void> {
    const source = await open(release.scripts);
    // what is published stays until the next commit is known as a whole
    if (current.release.commit !== '') await source.reading?.()?.ended;
    const last = current.source;
    current = { source, release };
    // somebody may still read from the one before
    await before?.close();
    before = last;
    for (const listener of listeners) listener();
  }

  /** In the folder of the run's own commit, whose other files it expects. */
  async function placed(content: ScriptContent, release: Release, commit: string | undefined): Promise<ScriptContent> {
    if (commit === undefined || commit === release.commit) return content;
    const directory = join(await placeOf(commit), relative(release.scripts, content.directory));
    const isThere = await stat(directory).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return isThere ? { ...content, directory } : content;
  }

  return {
    move,
    list: async () => current.source.list(),
    reading: () => current.source.reading?.(),
    find: async (name) => current.source.find(name),
    read: async (name) => {
      const { source, release } = current;
      return { ...(await source.read(name)), commit: release.commit };
    },
    review: async (name) => current.source.review(name),
    parse: async (name, bytes, sidecar, commit) => {
      const { source, release } = current;
      return placed(await source.parse(name, bytes, sidecar), release, commit);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await before?.close();
      await current.source.close();
    },
  };
}
