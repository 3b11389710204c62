/** What every route is given: the application, the addresses, the templates and the settings of the server. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { AppContext } from '../app/context.ts';
import type { ReportService } from '../app/report-service.ts';
import type { AuthenticationSettings } from '../domain/access/authentication.ts';
import type { EndedSessions } from '../domain/session.ts';
import type { PeerCheck } from './access/peer.ts';
import type { Address } from '../page/address.ts';
import type { Templates } from '../page/template.ts';
import type { Assets } from './asset.ts';
import type { StreamLimit } from './report/stream-limit.ts';

export interface HttpOptions {
  /** Empty, or begins with `/` and does not end with it. */
  readonly basePath: string;
  /** Whoever shows it is the operator. */
  readonly operatorToken: string;
  /** Host names besides the loopback ones that requests may be addressed to, without ports. */
  readonly allowedHosts: readonly string[];
  /** Who is let in; undefined: everyone who can reach the server. */
  readonly authentication?: AuthenticationSettings;
  /** Kept over restarts; without it, until the server ends. */
  readonly endedSessions?: EndedSessions;
  /** Addresses whose X-Forwarded-* headers count. */
  readonly trustedProxies: readonly string[];
  /** Servers that reports may load from, as a Content-Security-Policy names them; none by default. */
  readonly reportHosts?: readonly string[];
  /** The project's own templates; may be missing on disk. */
  readonly templatesDirectory?: string;
  /** Served at `/static/`; may be missing on disk. */
  readonly staticDirectory?: string;
  /** What the build made. */
  readonly assetsDirectory: string;
  /** For a request to arrive whole; a minute by default. */
  readonly requestMs?: number;
  /** Where reports are made; by default on the thread of the server. */
  readonly reports?: ReportService;
}

export interface Site {
  readonly ctx: AppContext;
  readonly options: HttpOptions;
  readonly address: Address;
  readonly assets: Assets;
  readonly templates: Templates;
  /** Tells notebooks from others among the clients. */
  readonly peers: PeerCheck;
  /** The user whom a trusted proxy names. */
  readonly identity: (request: FastifyRequest) => string | undefined;
  /** Sessions that were signed out. */
  readonly endedSessions: EndedSessions;
  /** Aborts when the server closes: long streams end then. */
  readonly closing: AbortSignal;
  readonly reports: ReportService;
  /** Event streams that are open; each settles when it has ended. */
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
