/** The check of `doctor` for the quotas. */
import type { Config } from '../../config/config.ts';
import { unusedRules } from '../../domain/access/explanation.ts';
import { namesOf } from '../../domain/script/script.ts';
import { readScripts } from '../check/check-read.ts';
import type { DoctorFinding } from './doctor-check.ts';

/** None where the setting has no lines. */
export async function checkQuotas(config: Config): Promise<DoctorFinding[]> {
  const { quotas = [] } = config.limits;
  if (quotas.length === 0) return [];
  const text = `${quotas.length} line(s) say how much people may use`;
  const unused = unusedRules(quotas, (await readScripts(config)).flatMap(namesOf));
  if (unused.length === 0) return [{ name: 'Quotas', state: 'ok', text }];
  return [
    {
      name: 'Quotas',
      state: 'warning',
      text: `${text}; no script is where ${unused.map(({ line }) => `"${line}"`).join(' and ')} applies`,
      remedy: 'Correct the names in the setting quotas, or remove these lines.',
    },
  ];
}
