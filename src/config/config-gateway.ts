/** The address of the Jupyter gateway, and how it may be shown. */

export interface GatewaySettings {
  /** Ends with `/`. */
  readonly url: string;
  /** Without anything secret, for people: `gateway.example:8888/jupyter`. */
  readonly shown: string;
  /** Whether others can read what is sent: http, and another machine. */
  readonly isReadable: boolean;
  readonly token: string | undefined;
  /** Patterns of scripts, and of kernels after `kernel:`; empty: all run there. */
  readonly scripts: readonly string[];
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Undefined for an empty text: kernels run on this machine. Throws for all but an http or https address. */
export function gatewayAddress(text: string): Pick<GatewaySettings, 'url' | 'shown' | 'isReadable'> | undefined {
  if (text === '') return undefined;
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new Error('no address of a Jupyter server');
  const path = url.pathname.replace(/\/+$/, '');
  const isReadable = url.protocol === 'http:' && !LOOPBACK.test(url.hostname);
  return { url: `${url.origin}${path}/`, shown: `${url.host}${path}`, isReadable };
}

/** The settings that have no effect on the kernels of a gateway, by name. */
export function unenforcedSettings(config: { readonly network: string; readonly isolation: boolean }): string[] {
  return [
    'memory_limit',
    'process_limit',
    'cpu_limit',
    'disk_limit',
    'file_limit',
    ...(config.isolation ? ['isolation'] : []),
    ...(config.network === 'on' ? [] : ['network']),
  ];
}

export function isGatewayAddress(text: string): boolean {
  try {
    gatewayAddress(text);
    return true;
  } catch {
    return false;
  }
}
