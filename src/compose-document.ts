/** Composes what writes documents such as PDF from the settings. */
import type { Config } from './config.ts';
import { createDocumentWriter } from './document/document-writer.ts';
import type { DocumentWriter } from './domain/report/document-writer.ts';
import { printedPolicy } from './render/policy.ts';

export function composeDocuments({ exports, environment }: Config): DocumentWriter {
  const { browser, header, footer, paper, timeMs, memoryBytes } = exports;
  return createDocumentWriter({
    browser,
    environment,
    timeMs,
    memoryBytes,
    pdf: { header, footer, paper, policy: printedPolicy() },
  });
}
