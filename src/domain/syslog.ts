/** Messages of syslog over a stream. Sources: RFC 5424; RFC 6587 section 3.4.1 and RFC 5425 for their frames. */

export interface SyslogAddress {
  /** `tls`: the server shows a certificate that this machine trusts. */
  readonly protocol: 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
}

const USUAL_PORTS = { tcp: 601, tls: 6514 };
const ADDRESS = /^(tcp|tls):\/\/(\[[\da-f:.]+\]|[a-z\d.-]+)(?::(\d{1,5}))?$/i;

/** Undefined for a text that is no `tcp://host:port` or `tls://host:port`. */
export function readSyslogAddress(text: string): SyslogAddress | undefined {
  const [, word = '', host = '', port] = ADDRESS.exec(text) ?? [];
  const protocol = word.toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'tls') return undefined;
  const number = port === undefined ? USUAL_PORTS[protocol] : Number(port);
  return number > 0 && number < 65_536 ? { protocol, host: host.replace(/^\[|\]$/g, ''), port: number } : undefined;
}

export function syslogAddressText({ protocol, host, port }: SyslogAddress): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

/** The facility `log audit`, the severity `informational`. */
const PRIORITY = 13 * 8 + 6;
const MOST_HOST_CHARS = 255;

/** A frame: its length in bytes, a blank, the message. `host`: the name of this machine. */
export function syslogFrame(
  text: string,
  { atMs, host, processId }: { readonly atMs: number; readonly host: string; readonly processId: number },
): Uint8Array {
  const name = host.replace(/[^!-~]/g, '').slice(0, MOST_HOST_CHARS);
  const head = `<${String(PRIORITY)}>1 ${new Date(atMs).toISOString()} ${name === '' ? '-' : name} script-runner`;
  const message = new TextEncoder().encode(`${head} ${String(processId)} audit - ${text}`);
  const length = new TextEncoder().encode(`${String(message.length)} `);
  const frame = new Uint8Array(length.length + message.length);
  frame.set(length);
  frame.set(message, length.length);
  return frame;
}
