/** What `doctor` says about the Jupyter server or gateway of the settings. */
import type { Config } from '../../config/config.ts';
import { createGatewayHttp } from '../../kernel/gateway/gateway-http.ts';
import { readGatewaySpecs } from '../../kernel/gateway/gateway-supplier.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Gateway';
const PLAIN =
  'The connection to it is not encrypted: values, passwords and the token can be read on the way. Use https, or a network that you trust.';

/** Nothing without a gateway. Only reads: it starts no kernel. */
export async function checkGateway({ gateway }: Pick<Config, 'gateway'>): Promise<readonly DoctorFinding[]> {
  if (gateway === undefined) return [];
  try {
    const specs = await readGatewaySpecs(createGatewayHttp(gateway));
    const text = `${gateway.shown}, with the kernels ${specs.map(({ name }) => name).join(', ') || '(none)'}`;
    return [{ name: NAME, ...(gateway.isReadable ? { state: 'warning', remedy: PLAIN } : { state: 'ok' }), text }];
  } catch (error) {
    return [{ name: NAME, state: 'problem', text: error instanceof Error ? error.message : String(error) }];
  }
}
