/** People as actors, with the rights that lines of the setting `access` give to them. */
import { type Actor, userId } from '../../src/domain/access/access.ts';
import { createRights, type Person } from '../../src/domain/access/right.ts';
import { readAccessRules } from '../../src/domain/access/rule.ts';

/** Without lines, everybody may see and run everything. */
export function personActor(name: string, facts: Partial<Person> = {}, lines: readonly string[] = []): Actor {
  const person: Person = { name, groups: [], isSignedIn: true, ...facts };
  const rules = readAccessRules(lines);
  return { id: userId(name), role: 'viewer', person, rights: createRights(() => rules, person) };
}
