/** Starts a browser without a window for one page that nobody trusts, and connects to it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';
import { errorTailOf, exitOf, ProgramError, unprivilegedUser, withProgram, type ProgramLimits } from '../program.ts';
import { withPrivateFolder } from '../private-folder.ts';
import { createDevtools, type Devtools } from './devtools.ts';

export interface Browser {
  readonly path: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether pages can draw with WebGL; it makes all drawing slower. */
  readonly webgl: boolean;
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

const WITHOUT_WEBGL = ['--disable-gpu'];
/** In software, in a process that has no network and no rights either. */
const WITH_WEBGL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** Settles as `use` does; the browser has ended by then. Rejects with a `ProgramError`. */
export function withBrowser<T>(
  { path, environment, webgl }: Browser,
  limits: ProgramLimits,
  use: (devtools: Devtools) => Promise<T>,
): Promise<T> {
  // Chromium's sandbox needs a user that is not root
  const user = unprivilegedUser();
  return withPrivateFolder(user, (folder) =>
    withProgram(
      {
        command: path,
        args: [...ARGS, ...(webgl ? WITH_WEBGL : WITHOUT_WEBGL), `--user-data-dir=${folder}/profile`, 'about:blank'],
        folder,
        environment: { PATH: environment['PATH'], ...UTC },
        stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
        ...(user === undefined ? {} : { user }),
      },
      limits,
      async (child) => {
        const said = errorTailOf(child);
        const [, , , toBrowser, fromBrowser] = child.stdio as [null, null, Readable, Writable, Readable];
        const ended = exitOf(child);
        const devtools = createDevtools(toBrowser, fromBrowser);
        await devtools.send('Browser.getVersion').catch(async (error: unknown) => {
          await Promise.race([ended, wait(LAST_WORDS_MS, undefined, { ref: false })]);
          throw cannotStart(error, said());
        });
        return use(devtools);
      },
    ),
  );
}

/** Dates that scripts show depend on the machine otherwise. */
const UTC = { TZ: 'UTC' };

/** For what it says at its end. */
const LAST_WORDS_MS = 1_000;
const NO_SANDBOX = /No usable sandbox|credentials\.cc|zygote_host_impl/i;

function cannotStart(error: unknown, said: string): ProgramError {
  if (NO_SANDBOX.test(said))
    return new ProgramError(
      'start',
      'It cannot isolate pages on this machine: it needs user namespaces (in a container: seccomp=unconfined) or its setuid helper (apt-get install chromium-sandbox).',
    );
  const message = error instanceof Error ? error.message : String(error);
  return new ProgramError('start', `${message} ${said}`.trim());
}
