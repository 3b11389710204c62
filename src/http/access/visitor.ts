/** Whose presets a request is about: a person known by name, or the browser, which then gets a cookie of its own. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PresetUser } from '../../app/preset.ts';
import { DAY_MS } from '../../domain/milliseconds.ts';
import { ownerOfActor, type PresetOwner } from '../../domain/preset.ts';
import type { Site } from '../site.ts';
import { findBrowser, markBrowser } from './signed-cookie.ts';
import { viewerOf } from './viewer.ts';

/** A browser that comes back keeps its cookie. */
const RENEW_MS = 30 * DAY_MS;

export function presetUserOf(site: Site, request: FastifyRequest): PresetUser {
  const { actor } = viewerOf(site, request);
  return { actor, owner: ownerOfActor(actor, findBrowser(site, request, 'visitor')?.id) };
}

/** As `presetUserOf`; a browser that is not known yet gets a cookie. */
export function knownUserOf(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
): PresetUser & { readonly owner: PresetOwner } {
  const { actor, owner } = presetUserOf(site, request);
  if (owner?.type === 'person') return { actor, owner };
  const known = findBrowser(site, request, 'visitor');
  if (known !== undefined && owner !== undefined && site.ctx.now() - known.begunMs < RENEW_MS) return { actor, owner };
  return { actor, owner: { type: 'visitor', id: markBrowser(site, reply, 'visitor', known?.id) } };
}
