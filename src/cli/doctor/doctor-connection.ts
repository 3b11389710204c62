/** What `doctor` says about the project's connections: problems by name, never secrets. */
import type { Config } from '../../config/config.ts';
import { createConnectionSource } from '../../connection/connection-source.ts';
import { readConnectionRules } from '../../domain/connection/connection-rule.ts';
import { problemText } from '../../domain/problem.ts';
import type { DoctorFinding } from './doctor-check.ts';

export async function checkConnections(config: Config): Promise<DoctorFinding> {
  const name = 'Connections';
  const { file, connections, problems, warnings } = await createConnectionSource({
    folder: config.project.link,
    scripts: config.project.scripts,
    environment: config.environment,
    allows: readConnectionRules(config.connections),
  }).list();
  const lines = [
    ...[...problems, ...warnings].map(problemText),
    ...connections.flatMap((each) =>
      [...each.problems, ...each.warnings].map((problem) => `${each.name}: ${problemText(problem)}`),
    ),
  ];
  if (lines.length > 0) return { name, state: 'warning', text: lines.join('\n') };
  return {
    name,
    state: 'ok',
    text: connections.length === 0 ? `none in ${file}` : `${connections.map((each) => each.name).join(', ')} (${file})`,
  };
}
