/**
 * Which kernels of the gateway runs use, one small file for each in a folder that the servers share: what a killed
 * server leaves there is found by it, and deleted by whoever looks next.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '../../domain/text/json.ts';
import { DAY_MS } from '../../domain/milliseconds.ts';

/** Files looked at each time; far more than runs at once. */
const MOST_RECORDS = 10_000;
/** A younger file without text is just being written. */
const YOUNG_MS = 60_000;
/** Kernels of another gateway cannot be deleted from here; what is known of them is forgotten after this time. */
const OTHER_GATEWAY_MS = 7 * DAY_MS;
const KERNEL_ID = /^[\w-]{1,100}$/;

export interface RecordPlace {
  /** Absolute; made when it is needed. */
  readonly folder: string;
  /** Whether this attempt of the run needs no kernel any more. */
  readonly isOver: (runId: string, attempt: number) => Promise<boolean>;
}

export interface GatewayRecords {
  /** To be called before the kernel is used. Throws the errors of the file system. */
  add(kernelId: string, runId: string, attempt: number): Promise<void>;
  /** This process no longer uses the kernel; unless it `isDeleted`, it is one of those left over. Never throws. */
  end(kernelId: string, isDeleted: boolean): Promise<void>;
  /** The ids of kernels left over on this gateway. */
  left(): Promise<readonly string[]>;
}

/** `gateway`: its address. */
export function createGatewayRecords(gateway: string, { folder, isOver }: RecordPlace): GatewayRecords {
  /** Kernels of this process. */
  const own = new Set<string>();
  const remove = (kernelId: string) => rm(join(folder, kernelId), { force: true }).catch(() => undefined);

  async function isLeft(kernelId: string): Promise<boolean> {
    const path = join(folder, kernelId);
    const [text, stats] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const ageMs = Date.now() - stats.mtimeMs;
    const record = readRecord(text);
    if (record === undefined) return ageMs > YOUNG_MS;
    if (!(await isOver(record.run, record.attempt))) return false;
    if (record.gateway === gateway) return true;
    if (ageMs > OTHER_GATEWAY_MS) await remove(kernelId);
    return false;
  }

  return {
    async add(kernelId, run, attempt) {
      own.add(kernelId);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, kernelId), JSON.stringify({ gateway, run, attempt }), { mode: 0o600 });
    },
    async end(kernelId, isDeleted) {
      if (isDeleted) await remove(kernelId);
      own.delete(kernelId);
    },
    async left() {
      const names = await readdir(folder).catch(() => []);
      const found: string[] = [];
      for (const name of names.slice(0, MOST_RECORDS))
        // another process may remove it meanwhile
        if (KERNEL_ID.test(name) && !own.has(name) && (await isLeft(name).catch(() => false))) found.push(name);
      return found;
    },
  };
}

interface GatewayRecord {
  readonly gateway: string;
  readonly run: string;
  readonly attempt: number;
}

function readRecord(text: string): GatewayRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { gateway, run, attempt } = value;
    return typeof gateway === 'string' && typeof run === 'string' && typeof attempt === 'number'
      ? { gateway, run, attempt }
      : undefined;
  } catch {
    return undefined;
  }
}
