/** Says what the Python or R of a script does not have (port). Implemented over `python/` by `compose/`. */
import type { ScriptContent } from './script.ts';

export interface MissingModules {
  /** What was asked: the absolute path of a Python, or R's command. */
  readonly program: string;
  readonly language: 'python' | 'r';
  readonly names: readonly string[];
  /** The file from which its packages are; absent: they are those of all scripts. */
  readonly declaredIn?: string;
}

export interface ModuleSource {
  /**
   * `names`: first parts of modules' names, or packages of R. Modules beside the script count as there. Nothing is
   * imported. Undefined: nobody can say, since there is no Python or R, its packages are not installed yet, or another
   * kernel will execute it.
   */
  missing(
    content: Pick<ScriptContent, 'script' | 'directory'>,
    names: readonly string[],
  ): Promise<MissingModules | undefined>;
}
