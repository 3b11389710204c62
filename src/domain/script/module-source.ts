/** Says which modules the Python of a script does not have (port). Implemented over `python/` by `compose/`. */
import type { ScriptContent } from './script.ts';

export interface MissingModules {
  /** Absolute path of the Python that was asked. */
  readonly python: string;
  readonly names: readonly string[];
  /** The file from which its packages are; absent: they are those of all scripts. */
  readonly declaredIn?: string;
}

export interface ModuleSource {
  /**
   * `names`: first parts of modules' names. Modules beside the script count as there. Nothing is imported. Undefined:
   * nobody can say, since there is no Python, its packages are not installed yet, or another kernel will execute it.
   */
  missing(
    content: Pick<ScriptContent, 'script' | 'directory'>,
    names: readonly string[],
  ): Promise<MissingModules | undefined>;
}
