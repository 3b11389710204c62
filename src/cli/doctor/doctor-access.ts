/** The check of `doctor` for the rules of access. */
import type { Config } from '../../config/config.ts';
import { unusedRules } from '../../domain/access/explanation.ts';
import { namesOf } from '../../domain/script/script.ts';
import { readScripts } from '../check/check-read.ts';
import type { DoctorFinding } from './doctor-check.ts';

/** None where the setting has no lines. */
export async function checkAccess(config: Config): Promise<DoctorFinding[]> {
  if (config.accessRules.size === 0) return [];
  const unused = unusedRules(config.accessRules.values(), (await readScripts(config)).flatMap(namesOf));
  const text = `${config.accessRules.size} line(s) say who may do what`;
  if (unused.length === 0) return [{ name: 'Access', state: 'ok', text }];
  return [
    {
      name: 'Access',
      state: 'warning',
      text: `${text}; no script is where ${unused.map(({ line }) => `"${line}"`).join(' and ')} applies`,
      remedy: 'Correct the names in the setting access, or remove these lines.',
    },
  ];
}
