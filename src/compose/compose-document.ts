/** Composes what writes documents such as PDF from the settings. */
import type { Config } from '../config/config.ts';
import { createDocumentWriter } from '../document/document-writer.ts';
import type { DocumentWriter } from '../domain/report/document-writer.ts';
import type { PythonEnvironment } from '../python/environment.ts';
import { printedPolicy } from '../render/policy.ts';

/** `python`: the one that notebooks run on, once it is known. */
export function composeDocuments(
  { exports, environment }: Config,
  python: Promise<PythonEnvironment | undefined>,
): DocumentWriter {
  const { browser, header, footer, paper, timeMs, memoryBytes } = exports;
  let path: string | undefined;
  void python.then((found) => {
    path = found?.path;
  });
  return createDocumentWriter({
    browser,
    python: () => path,
    environment,
    timeMs,
    memoryBytes,
    pdf: { header, footer, paper, policy: printedPolicy() },
  });
}
