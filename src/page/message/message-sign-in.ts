/** The texts of the pages on which people sign in. */

export const SIGN_IN_WORDS = {
  title: 'Sign in',
  text: 'The operator signs in with the link that the server printed when it started.',
  password: 'Password',
  enter: 'Sign in',
  again: 'To end sessions, sign in again. They can be ended for ten minutes then.',
  by: (title: string) => `Sign in with ${title}`,
  or: 'or',
  out: 'You are signed out here.',
  outThere: (title: string) => `Sign out from ${title}, too`,
  needed: 'Sign in first.',
  unknownPeer:
    'This server cannot tell whether this request comes from a notebook, so it asks for a sign-in. Open the link that the server printed when it started; programs send the operator’s token.',
  noIdentity: 'The proxy in front of this server did not say who you are.',
  wrongPassword: 'This password is wrong.',
  name: 'Name',
  invitation: 'Choose a password',
  newPassword:
    'At least 12 characters, not your name, and nothing that many people use. Several words that do not belong together are easy to remember.',
  accept: 'Save and sign in',
  wrongPair: 'The name or the password is wrong.',
  tooMany: (minutes: number) =>
    `There were too many wrong passwords. Try again in ${minutes === 1 ? 'a minute' : `${String(minutes)} minutes`}.`,
  wrong: 'This sign-in link is no longer valid. Use the one that the server printed when it last started.',
};
