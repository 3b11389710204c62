/** Files that code writes beside the script, where they are thrown away after the run. */

const WORD = /[^\s"'`/\\()[\]{}=,;:<>|&]+/g;
const RELATIVE = /^(?!\/|~|\w:|\w+:\/\/)[^\n{}*$]+\.\w+$/;

/** How often the code names a file, by the last word of the name. */
export function fileMentions(sources: readonly string[]): (name: string) => number {
  const counts = new Map<string, number>();
  for (const source of sources)
    for (const [word] of source.matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (name) => counts.get(name.match(WORD)?.at(-1) ?? '') ?? 0;
}

/** Undefined for a path that is none of a file beside the script. `how`: how to offer it for download. */
export function lostFileMark(path: string, how: (name: string) => string) {
  if (!RELATIVE.test(path)) return undefined;
  const name = path.split('/').at(-1) ?? path;
  return {
    name,
    code: 'lost-file' as const,
    what: `${path} is written beside the script, where it is thrown away after the run.`,
    remedy: `To offer it for download${how(name)} the folder SCRIPT_RUNNER_OUTPUT_DIR.`,
  };
}
