/** Composes the providers of the settings. */
import type { AccountStore } from '../domain/access/account.ts';
import { type AuthenticationSettings, namingProviders } from '../domain/access/authentication.ts';
import type { Provider } from '../domain/access/provider.ts';
import type { Seals } from '../domain/seals.ts';
import { hashPassword, isPassword } from '../http/access/password.ts';

interface ProviderPorts {
  readonly seals: Seals;
  readonly accounts: AccountStore;
  readonly now: () => number;
}

/** What a provider needs is loaded only for it: the server starts sooner without. */
export async function composeProviders(
  authentication: AuthenticationSettings,
  { seals, accounts, now }: ProviderPorts,
): Promise<readonly Provider[]> {
  const names = namingProviders(authentication);
  return Promise.all(
    (authentication.providers ?? []).map(async (settings): Promise<Provider> => {
      switch (settings.type) {
        case 'oidc':
          return (await import('../sign-in/oidc.ts')).createOidc(settings, { seals, now, names });
        case 'ldap':
          return (await import('../sign-in/ldap.ts')).createLdap(settings, { now, names });
        case 'accounts': {
          const { createAccounts } = await import('../sign-in/account.ts');
          const noHash = await hashPassword(crypto.randomUUID());
          const { isGuessable } = await import('../sign-in/password-guess.ts');
          const passwords = { hash: hashPassword, isRight: isPassword, isGuessable };
          return createAccounts(settings, { accounts, passwords, noHash, now, names });
        }
      }
    }),
  );
}
