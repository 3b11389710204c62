/** What `doctor` says about the formats of reports: PDF is tried with a real page, pandoc with a real document. */
import { OWN_FORMATS } from '../../app/export-list.ts';
import { composeDocuments } from '../../compose/compose-document.ts';
import type { Config } from '../../config/config.ts';
import type { DocumentFormat, DocumentWriter } from '../../domain/report/document-writer.ts';
import type { PythonEnvironment } from '../../python/environment.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Exports';
const TRIAL = '<!doctype html><title>x</title><h1>x</h1>';

/** A server works without any of them. */
export async function checkExports(config: Config, python: PythonEnvironment | undefined): Promise<DoctorFinding> {
  const documents = composeDocuments(config, Promise.resolve(python));
  try {
    const labels: string[] = Object.values(OWN_FORMATS).map(({ label }) => label);
    const missing = new Map<string, string[]>();
    for (const format of documents.formats) {
      const problem = await problemOf(documents, format);
      if (problem === undefined) labels.push(format.label);
      else missing.set(problem, [...(missing.get(problem) ?? []), format.label]);
    }
    const text = labels.join(', ');
    if (missing.size === 0) return { name: NAME, state: 'ok', text };
    const remedy = [...missing].map(([problem, names]) => `${names.join(', ')}: ${problem}`).join('\n');
    return { name: NAME, state: 'warning', text, remedy };
  } finally {
    await documents.close();
  }
}

async function problemOf(documents: DocumentWriter, { name }: DocumentFormat): Promise<string | undefined> {
  const missing = await documents.missing(name);
  if (missing !== undefined) return `${missing.why} ${missing.remedy}`;
  const html = async () => new TextEncoder().encode(TRIAL);
  const source = { page: html, plain: html, id: 'doctor', title: 'x', madeAtMs: 0 };
  return documents.write(name, source).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
