/** Starts a browser without a window for one page that nobody trusts, and connects to it. */
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { ProgramError, errorTailOf, unprivilegedUser, withProgram, type ProgramLimits } from '../program.ts';
import { withPrivateFolder } from '../private-folder.ts';
import { createDevtools, type Devtools } from './devtools.ts';

export interface Browser {
  readonly path: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Nothing listens here, and no request leaves: everything, also loopback, is sent to this proxy. */
const NO_PROXY = 'http://127.0.0.1:1';

/**
 * The browser's own sandbox stays on. The network is closed thrice: each request of the page is answered by us, there
 * is no name service, and the only way out is a proxy that does not exist.
 */
const ARGS = [
  '--headless',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-extensions',
  '--disable-component-update',
  '--disable-background-networking',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-translate',
  '--disable-default-apps',
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--disable-client-side-phishing-detection',
  '--disable-speech-api',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-features=MediaRouter,OptimizationHints,Translate,WebRtcHideLocalIpsWithMdns',
  '--disable-file-system',
  '--block-new-web-contents',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  `--proxy-server=${NO_PROXY}`,
  '--proxy-bypass-list=<-loopback>',
  '--password-store=basic',
  '--use-mock-keychain',
  '--mute-audio',
  '--hide-scrollbars',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--lang=en-US',
];

/** Settles as `use` does; the browser has ended by then. Rejects with a `ProgramError`. */
export function withBrowser<T>(
  { path, environment }: Browser,
  limits: ProgramLimits,
  use: (devtools: Devtools) => Promise<T>,
): Promise<T> {
  // Chromium's sandbox needs a user that is not root
  const user = unprivilegedUser();
  return withPrivateFolder(user, (folder) =>
    withProgram(
      {
        command: path,
        args: [...ARGS, `--user-data-dir=${folder}/profile`, 'about:blank'],
        folder,
        environment: { PATH: environment['PATH'], ...UTC },
        stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
        ...(user === undefined ? {} : { user }),
      },
      limits,
      async (child) => {
        const said = errorTailOf(child);
        const [, , , toBrowser, fromBrowser] = child.stdio as [null, null, Readable, Writable, Readable];
        try {
          return await use(createDevtools(toBrowser, fromBrowser));
        } catch (error) {
          throw explained(error, child, said());
        }
      },
    ),
  );
}

/** Dates that scripts show depend on the machine otherwise. */
const UTC = { TZ: 'UTC' };

const NO_SANDBOX = /No usable sandbox|sandbox host|credentials\.cc|zygote_host_impl/i;

function explained(error: unknown, { exitCode }: ChildProcess, said: string): unknown {
  if (!(error instanceof ProgramError) || error.problem !== 'failed') return error;
  if (NO_SANDBOX.test(said))
    return new ProgramError(
      'start',
      'the browser cannot isolate pages on this machine: it needs user namespaces (in a container: seccomp=unconfined) or its setuid helper (chromium-sandbox)',
    );
  return exitCode === null ? error : new ProgramError('failed', `${error.message} ${said}`.trim());
}
