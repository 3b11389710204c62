/** Who uploads: the actor, and the session to which the upload is bound. */
import type { FastifyRequest } from 'fastify';
import type { Uploader } from '../app/upload/upload.ts';
import { sessionOf } from './access/session.ts';
import { viewerOf } from './access/viewer.ts';
import type { Site } from './site.ts';

export function uploaderOf(site: Site, request: FastifyRequest): Uploader {
  const { actor } = viewerOf(site, request);
  const session = sessionOf(request)?.id ?? '';
  // all who have no session of their own are the same actor: what they upload is counted by their address
  return { actor, session, person: JSON.stringify([actor.id, session === '' ? request.ip : session]) };
}
