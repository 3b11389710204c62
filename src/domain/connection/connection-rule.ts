/** Which connections a script may see: the setting `connections`, a list of `"sales/*: dbs.warehouse dbs.crm"`. */
import { AppError } from '../error.ts';
import { matchNames } from '../text/name-pattern.ts';

/** Whether a script may see a connection, both given by name. */
export type ConnectionRule = (script: string, connection: string) => boolean;

/**
 * Without rules every script sees every connection; with rules, a script sees what any matching rule grants. `*`
 * matches any characters, including `/` and `.`; the `dbs.` of a connection may be left out. Throws `invalid` for a
 * rule that does not name both.
 */
export function readConnectionRules(lines: readonly string[]): ConnectionRule {
  if (lines.length === 0) return () => true;
  const rules = lines.map((line) => {
    const [, scripts, connections] = /^\s*(\S.*?)\s*:\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (scripts === undefined || connections === undefined) {
      throw new AppError(
        'invalid',
        `The setting connections has "${line}"; write a line such as "sales/*: dbs.warehouse dbs.crm".`,
      );
    }
    return {
      fits: matchNames([scripts]),
      grants: matchNames(connections.split(/[\s,]+/).flatMap((name) => [name, `dbs.${name}`])),
    };
  });
  return (script, connection) => rules.some(({ fits, grants }) => fits.test(script) && grants.test(connection));
}
