/** The project's connections with their problems, for the operator. */
import { authorize } from '../domain/access/access.ts';
import type { Actor } from '../domain/access/access.ts';
import type { ConnectionListings } from '../domain/connection/connection.ts';
import type { AppContext } from './context.ts';

const NONE: ConnectionListings = { file: '', problems: [], warnings: [], connections: [] };

/** Throws `forbidden`. */
export async function listConnections({ connections }: AppContext, actor: Actor): Promise<ConnectionListings> {
  authorize(actor, { type: 'administer' });
  return connections?.list() ?? NONE;
}
