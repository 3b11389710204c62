/** Opens all that the server stores: the runs' database, and the blobs and work folder of the data folder. */
import { constants, rmSync, statfsSync } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../domain/defined.ts';
import type { BlobPlace, BlobStore, OpenBlobs, StateListener } from '../domain/run/blob.ts';
import { isLocalType } from '../disk/file-system.ts';
import { diskFull, isDiskFull } from '../domain/disk.ts';
import { AppError } from '../domain/error.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import type { PasswordTries } from '../domain/access/password-tries.ts';
import type { TokenStore } from '../domain/access/token.ts';
import type { AccountStore } from '../domain/access/account.ts';
import type { SessionStore } from '../domain/access/session.ts';
import { checkElsewhere, noteElsewhere } from './blob/blob-pair.ts';
import { blobsOfData, openBlobs } from './blob/blob-place.ts';
import type { Engine } from './engine/engine.ts';
import type { Checkpoint } from './engine/sqlite-checkpoint.ts';
import { openSqlite } from './engine/sqlite.ts';
import { checkDatabase, DATABASE, databaseProblem } from './database-check.ts';
import { holdPlace, type DataPlace } from './data-place.ts';
import { keepDatabase } from './keep-database.ts';
import { lockFolder } from './lock.ts';
import { countTries } from './password-tries.ts';
import type { RetainTimes } from './run/run-row.ts';
import { forgetAddress } from './server-address.ts';
import type { AuditEntry, AuditStore } from '../domain/audit.ts';
import type { PresetStore } from '../domain/preset.ts';
import type { RollbackStore } from '../domain/rollback.ts';
import type { ScriptRuleStore } from '../domain/access/script-rule.ts';
import type { PublishedCommits } from '../domain/script/published-commit.ts';
import type { QuestionStore } from '../domain/run/choice-question.ts';
import { createAuditStore } from './audit.ts';
import { createPresetStore } from './preset/preset.ts';
import { createPublishedCommits } from './published-commit.ts';
import { createQuestionStore } from './choice-question.ts';
import { createRollbackStore } from './rollback.ts';
import { createScriptRuleStore } from './script-rule.ts';
import { createLinkStore } from './link-store.ts';
import { createRunStore } from './run/run-store.ts';
import { createTokenStore } from './token-store.ts';
import { createAccountStore } from './account.ts';
import { createSessionStore } from './session-store.ts';
import { rememberSessions } from './session-memory.ts';
import { createSecretBox } from './secret.ts';
import { openKeys, type ServerKeys } from './server-key.ts';
import type { LinkStore } from '../domain/run/link.ts';
import type { Seals } from '../domain/seals.ts';
import { shareLook } from './shared-look.ts';
import { createNotifier, type Notifier } from './notifier.ts';
import { IDENTITY, refusePaired } from './identity.ts';
import type { SharedOptions } from './open-shared.ts';
import type { DatabaseSilence } from './engine/postgres-silence.ts';

export interface OpenStore {
  readonly runs: RunStore;
  readonly presets: PresetStore;
  readonly links: LinkStore;
  readonly rollbacks: RollbackStore;
  readonly scriptRules: ScriptRuleStore;
  readonly auditStore: AuditStore;
  /** Where several processes share the database. */
  readonly questions?: QuestionStore;
  readonly publishedCommits?: PublishedCommits;
  readonly blobs: BlobStore;
  /** With the key of the folder. */
  readonly seals: Seals;
  /** Absolute path of the folder for the runs' work and output folders. */
  readonly workDirectory: string;
  /** Bytes that this user may still use on the folder's disk; 0 if the folder is gone. */
  freeBytes(): Promise<number>;
  /** Why nothing can be stored now, although the disk has room; undefined when it can. */
  storageProblem(): Promise<string | undefined>;
  /** Calls the listener each time a shared database has stopped answering. Returns a function that unsubscribes. */
  readonly onSilence?: DatabaseSilence['subscribe'];
  /** Whether this process does the maintenance, of all that share the database; it does if no other one does. */
  leads(): Promise<boolean>;
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  readonly tokens: TokenStore;
  /** Counted for all processes that share the database. */
  readonly passwordTries: PasswordTries;
  /** Whoever sends one is the operator; the newest first, with which sessions are signed. */
  readonly operatorTokens: readonly [string, ...string[]];
  /** Closes the database and releases the folder. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** A PostgreSQL database; without it, runs are stored on SQLite in the folder. */
  readonly shared?: SharedOptions;
  /** By default in the folder. */
  readonly blobs?: BlobPlace;
  /** Texts of the setting `server_key`, newest first; by default, the key is in the folder. */
  readonly serverKeys?: readonly string[];
  /** Called when the place of the blobs cannot be used any more, and when it can again. */
  readonly onBlobs?: StateListener;
  /** For SQLite; without it, commits move its log into the database. */
  readonly checkpoint?: Checkpoint;
  /** Called with what was added to the audit. */
  readonly onAudited?: (entries: readonly AuditEntry[]) => void;
}

/** A look at the disk takes 1.5 ms; the submission of a run and its claim ask shortly after one another. */
const LOOK_MS = 50;
const SILENT = 'The server’s database does not answer at the moment. Try again shortly.';
const DAMAGED =
  'The server’s database is damaged: a part of it cannot be read. Ask whoever runs it to restore a backup (script-runner restore).';

/**
 * `directory` is absolute and is created if needed, private to the user. Throws `conflict` when another process has the
 * folder or the database, a newer version wrote it, or something in it is damaged or not ours.
 */
export async function openStore(directory: string, retain: RetainTimes, options: OpenOptions = {}): Promise<OpenStore> {
  const { shared, blobs: blobPlace = blobsOfData(directory), onBlobs, onAudited } = options;
  const workDirectory = join(directory, 'work');
  await mkdir(workDirectory, { recursive: true, mode: 0o700 })
    .then(() => access(directory, constants.W_OK))
    .catch((error: unknown) => {
      throw unwritable(directory, error);
    });
  const opened = await openDatabase(directory, options);
  let place: DataPlace | undefined;
  let files: OpenBlobs | undefined;
  const close = async () => {
    place?.release();
    files?.close();
    await opened.close();
  };
  try {
    const { engine, notifier, file, keys } = opened;
    const [newest, ...older] = keys;
    const secrets = createSecretBox(newest.seal, ...older.map(({ seal }) => seal));
    const runs = await createRunStore(
      {
        engine,
        secrets,
        notifier,
        // read at each use: it may change while the server runs
        get retainMs() {
          return retain.retainMs;
        },
        ...defined({ ruleMs: retain.ruleMs, onAudited }),
      },
      (step) => opened.keep(step),
    );
    const held = (place = holdPlace(directory, file));
    const placeProblem = shareLook(() => held.problem(), LOOK_MS);
    await checkElsewhere(engine, directory, blobPlace);
    const stored = (files = await openBlobs(blobPlace, engine, undefined, onBlobs));
    noteElsewhere(directory, blobPlace);
    return {
      runs,
      presets: createPresetStore({ engine }),
      links: createLinkStore({ engine }),
      rollbacks: createRollbackStore({ engine }),
      scriptRules: createScriptRuleStore({ engine }),
      auditStore: createAuditStore({ engine, onAudited }),
      ...(engine.isShared ? { questions: createQuestionStore({ engine, notifier }) } : {}),
      ...(engine.isShared ? { publishedCommits: createPublishedCommits({ engine }) } : {}),
      seals: secrets,
      blobs: stored.blobs,
      workDirectory,
      freeBytes: shareLook(createFreeBytes(directory), LOOK_MS),
      storageProblem: async () => {
        if (opened.silence?.isSilent() === true) return SILENT;
        return engine.isDamaged() ? DAMAGED : (stored.problem() ?? placeProblem());
      },
      ...defined({ onSilence: opened.silence?.subscribe }),
      leads: opened.leads,
      ...peopleStores(engine),
      operatorTokens: [newest.operatorToken, ...older.map(({ operatorToken }) => operatorToken)],
      close,
    };
  } catch (error) {
    await close();
    throw shared === undefined ? databaseProblem(directory, error) : error;
  }
}

function peopleStores(engine: Engine): Pick<OpenStore, 'sessions' | 'accounts' | 'tokens' | 'passwordTries'> {
  return {
    sessions: rememberSessions(createSessionStore({ engine })),
    accounts: createAccountStore({ engine }),
    tokens: createTokenStore({ engine }),
    passwordTries: countTries(engine),
  };
}

interface OpenDatabase {
  readonly engine: Engine;
  readonly notifier: Notifier;
  /** Absent: the database is in this process. */
  readonly silence?: DatabaseSilence;
  readonly keys: ServerKeys;
  /** A file of the data folder that stays the same while it is open. */
  readonly file: string;
  readonly leads: OpenStore['leads'];
  /** Saves a copy before the tables change. */
  keep(step: string): Promise<void>;
  close(): Promise<void>;
}

function openDatabase(directory: string, { shared, serverKeys = [], checkpoint }: OpenOptions): Promise<OpenDatabase> {
  return shared === undefined
    ? openOwn(directory, serverKeys, checkpoint)
    : openWith(directory, { ...shared, serverKeys });
}

async function openOwn(
  directory: string,
  serverKeys: readonly string[],
  checkpoint: Checkpoint | undefined,
): Promise<OpenDatabase> {
  refusePaired(directory);
  const unlock = lockFolder(directory);
  try {
    forgetAddress(directory);
    // of versions whose sessions were not in the database
    rmSync(join(directory, 'ended-sessions.json'), { force: true });
    checkDatabase(directory);
    const keys = openKeys(directory, serverKeys);
    const engine = openSqlite(join(directory, DATABASE), checkpoint);
    const close = () => engine.close().finally(unlock);
    return {
      engine,
      notifier: createNotifier(),
      keys,
      file: DATABASE,
      leads: async () => true,
      keep: (step) => keepDatabase(directory, step),
      close,
    };
  } catch (error) {
    unlock();
    throw databaseProblem(directory, error);
  }
}

/** Loaded when needed: the server starts sooner without. */
async function openWith(
  directory: string,
  options: SharedOptions & { readonly serverKeys: readonly string[] },
): Promise<OpenDatabase> {
  const { openShared } = await import('./open-shared.ts');
  const { engine, notifier, keys, leads, close } = await openShared(directory, options);
  return {
    engine,
    notifier,
    silence: notifier.silence,
    keys,
    file: IDENTITY,
    leads,
    // the server's own backups are for that
    keep: async () => undefined,
    close: () => close().finally(engine.close),
  };
}

/** The system's refusals as messages; anything else is returned unchanged. */
function unwritable(directory: string, error: unknown): unknown {
  const reason = {
    EACCES: 'this user may not',
    EPERM: 'this user may not',
    EROFS: 'the disk is read-only',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'it is a file',
  }[(error as { code?: string }).code ?? ''];
  if (reason === undefined) return isDiskFull(error) ? diskFull(error) : error;
  return new AppError(
    'conflict',
    `The data folder ${directory} cannot be written: ${reason}. Name another with --data, or give this user the right to write there.`,
    { cause: error },
  );
}

/** Asks a disk of this machine on this thread: it is asked for each run. */
function createFreeBytes(directory: string): () => Promise<number> {
  let isNear = false;
  return async () => {
    try {
      const { bavail, bsize, type } = isNear ? statfsSync(directory) : await statfs(directory);
      isNear = isLocalType(type);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
  };
}
