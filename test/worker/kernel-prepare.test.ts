import { describe, expect, it } from 'vitest';
import { importsOf, prepareKernels } from '../../src/worker/kernel-prepare.ts';
import type { KernelSupplier } from '../../src/domain/kernel/kernel.ts';
import { languages } from '../../src/language/all.ts';
import { createTestApp } from '../app/test-app.ts';
import { notebookBytes } from '../app/notebook-bytes.ts';

describe('preparing kernels', () => {
  it('asks for the sets of imports that most scripts share', async () => {
    const { ctx, notebooks } = await createTestApp(['import pandas']);
    notebooks.set('b', notebookBytes(['import numpy', { source: 'import nothing', type: 'markdown' }]));
    notebooks.set('c', notebookBytes(['import numpy', 'import numpy']));
    notebooks.set('d', notebookBytes(['1 + 1']));
    const asked: unknown[] = [];
    const kernels: KernelSupplier = { ...ctx.kernels, prepare: (imports) => void asked.push(imports) };
    await prepareKernels({ ...ctx, kernels });
    expect(asked).toEqual([[['numpy'], ['pandas']]]);
  });

  it('knows no imports of other languages', () => {
    const cell = {
      id: 'a',
      type: 'code',
      source: 'import x',
      tags: [],
      metadata: {},
      attachments: {},
      outputs: [],
      executionCount: null,
    } as const;
    expect(importsOf([cell], languages().get('python'))).toEqual(['x']);
    expect(importsOf([cell], languages().get('bash'))).toEqual([]);
    expect(importsOf([cell], undefined)).toEqual([]);
  });
});
