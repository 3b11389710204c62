/** Composes the providers of the settings. */
import type { AuthenticationSettings } from '../domain/access/authentication.ts';
import { namingProviders } from '../domain/access/authentication.ts';
import type { Provider } from '../domain/access/provider.ts';
import type { Seals } from '../domain/upload/upload.ts';

/** What a provider needs is loaded only for it: the server starts sooner without. */
export async function composeProviders(
  authentication: AuthenticationSettings,
  { seals, now }: { readonly seals: Seals; readonly now: () => number },
): Promise<readonly Provider[]> {
  const names = namingProviders(authentication);
  return Promise.all(
    (authentication.providers ?? []).map(async (settings) => {
      if (settings.type === 'ldap') return (await import('../sign-in/ldap.ts')).createLdap(settings, { now, names });
      const { createOidc } = await import('../sign-in/oidc.ts');
      return createOidc(settings, { seals, now, names });
    }),
  );
}
