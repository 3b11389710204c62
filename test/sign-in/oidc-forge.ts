/** ID tokens that a provider does not send: changed, signed by others, or altered. */
import { generateKeyPair, SignJWT } from 'jose';
import { CLIENT, type Forge } from './oidc-server.ts';

export function changed(changes: () => Readonly<Record<string, unknown>>): Forge {
  return (claims, sign) => sign({ ...claims, ...changes() });
}

/** `kid`: by which key it says that it is signed. */
export function byStranger(kid: string): Forge {
  return async (claims) => {
    const { privateKey } = await generateKeyPair('RS256');
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
  };
}

export const byClient: Forge = (claims) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(CLIENT.secret));

/** For another person, with the signature of before. */
export const altered: Forge = async (claims, sign) => {
  const [head, , signature] = (await sign(claims)).split('.');
  return [head, btoa(JSON.stringify({ ...claims, sub: 'admin' })).replaceAll('=', ''), signature].join('.');
};
