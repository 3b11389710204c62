/** What every route receives: the application, the addresses, the templates and the settings of the server. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { ExportMemory } from '../app/export-list.ts';
import type { NoteLook } from '../app/audit/audit-look.ts';
import type { AppContext } from '../app/context.ts';
import type { ReportService } from '../app/report/report-service.ts';
import type { Brand } from '../domain/report/brand.ts';
import type { AuthenticationSettings } from '../domain/access/authentication.ts';
import type { Person } from '../domain/access/right.ts';
import type { ScriptRule } from '../domain/access/script-rule.ts';
import type { TokenPerson } from '../app/token-person.ts';
import type { FoundToken } from '../domain/access/token.ts';
import type { AccessRules } from '../domain/access/rule.ts';
import type { PasswordTries } from '../domain/access/password-tries.ts';
import type { Provider } from '../domain/access/provider.ts';
import type { Actor } from '../domain/access/access.ts';
import type { SessionLimits } from '../domain/access/session.ts';
import type { PeerCheck } from './access/peer.ts';
import type { Urls } from '../page/urls.ts';
import type { Templates } from '../page/template.ts';
import type { Assets } from './asset.ts';
import type { StreamLimit } from './report/stream-limit.ts';

export interface LinkSettings {
  /** The longest life of a link. */
  readonly mostMs: number;
}

export interface HttpOptions {
  /** Empty, or starts with `/` and does not end with it. */
  readonly basePath: string;
  /** Whoever sends one is the operator; the newest first. When one is removed, the sessions that began with it end. */
  readonly operatorTokens: readonly [string, ...string[]];
  /** Host names, besides the loopback ones, by which requests may address the server, without ports. */
  readonly allowedHosts: readonly string[];
  /** Who may use the server; undefined: everyone who can reach it. */
  readonly authentication?: AuthenticationSettings;
  /** Who may do what with which scripts, now; absent: everybody may run all. */
  readonly accessRules?: () => AccessRules;
  /** Rules that scripts carry and that do not count, now; absent: none. */
  readonly ignoredRules?: () => ReadonlyMap<string, ScriptRule>;
  /** Who signs people in by name; none by default. */
  readonly providers?: readonly Provider[];
  /** How long sessions last. */
  readonly sessionLimits?: SessionLimits;
  /** How long tokens go on without their person; see `TOKEN_IDLE_MS`, the default. */
  readonly tokenIdleMs?: number;
  /** Links with which anybody sees a report; absent: there are none. */
  readonly links?: LinkSettings | undefined;
  /** Origins whose pages may frame reports of links, and forms that anybody may use; absent: none. */
  readonly embedOrigins?: readonly string[];
  /** Counted across restarts and processes; if absent, counted until the server ends. */
  readonly passwordTries?: PasswordTries;
  /** Addresses whose X-Forwarded-* headers are trusted. */
  readonly trustedProxies: readonly string[];
  /** Servers from which reports may load, in the notation of a Content-Security-Policy; none by default. */
  readonly reportHosts?: readonly string[];
  /** How pages and reports look; the built-in look by default. */
  readonly brand?: Brand;
  /** The project's own templates; may be missing on disk. */
  readonly templatesDirectory?: string;
  /** With which webhooks are signed that announce a change of the scripts; absent: there are none. */
  readonly sourceSecret?: string | undefined;
  /** Served at `/static/`; may be missing on disk. */
  readonly staticDirectory?: string;
  /** Told of each route, so that a test can ask them all. */
  readonly onRoute?: (route: { readonly method: string | readonly string[]; readonly url: string }) => void;
  /** The built files. */
  readonly assetsDirectory: string;
  /** Time for a complete request; a minute by default. */
  readonly requestMs?: number;
  /** The formats of reports; by default of the context. */
  readonly exports?: ExportMemory;
  /** Where reports are rendered; by default on the server's thread. */
  readonly reports?: ReportService;
}

export interface Site {
  readonly ctx: AppContext;
  readonly options: HttpOptions;
  readonly urls: Urls;
  readonly assets: Assets;
  readonly templates: Templates;
  readonly brand: Brand;
  /** Address of the project's style sheet for pages; empty if they keep the built-in look. */
  readonly brandStyleUrl: string;
  /** Distinguishes notebooks from other clients. */
  readonly peers: PeerCheck;
  /** The user whom a trusted proxy names. */
  readonly identity: (request: FastifyRequest) => (Person & { readonly name: string }) | undefined;
  readonly sessionLimits: SessionLimits;
  readonly providers: readonly Provider[];
  readonly passwordTries: PasswordTries;
  /** Aborts when the server closes: long streams end then. */
  readonly closing: AbortSignal;
  readonly reports: ReportService;
  readonly noteLook: NoteLook;
  /** Remembers who a person is, for its tokens. */
  readonly notePerson: (actor: Actor) => void;
  /** Who the person of a token is now; undefined: somebody who may no longer sign in. */
  readonly personNow: (found: FoundToken) => Promise<TokenPerson>;
  readonly tokenIdleMs: number;
  /** The formats of reports. */
  readonly exports: ExportMemory;
  /** Open event streams; each settles when it has ended. */
  readonly streams: Set<Promise<void>>;
  readonly streamLimit: StreamLimit;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
