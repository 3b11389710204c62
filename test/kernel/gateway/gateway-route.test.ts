import { expect, it } from 'vitest';
import { kernelRequest } from '../../../src/domain/kernel/kernel-request.ts';
import { readGatewayRule } from '../../../src/kernel/gateway/gateway-route.ts';

it('chooses by the names of scripts and of kernels', () => {
  const isRemote = readGatewayRule(['models/*', 'kernel:spark*']);
  const request = (script: string, kernelName?: string) => ({ ...kernelRequest('r', ''), script, kernelName });
  expect(isRemote(request('models/a/b'))).toBe(true);
  expect(isRemote(request('sales/models'))).toBe(false);
  expect(isRemote(request('sales', 'spark_python'))).toBe(true);
  expect(isRemote(request('spark_python', 'python3'))).toBe(false);
  expect(isRemote(kernelRequest('r', ''))).toBe(false);
});
