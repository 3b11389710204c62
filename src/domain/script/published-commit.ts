/** Which commit of a repository processes that share a database have published (port). */

export interface PublishedCommits {
  /** The one that was told last, by any of them; undefined: none yet. `source`: the address of the repository. */
  latest(source: string): Promise<string | undefined>;
  tell(source: string, commit: string): Promise<void>;
}
