/** The texts of the page about one's own account, and of the second page of signing in. */

const minutesText = (minutes: number) => (minutes === 1 ? 'a minute' : `${String(minutes)} minutes`);

export const ACCOUNT_WORDS = {
  title: 'My account',
  password: 'Password',
  present: 'Present password',
  newPassword: 'New password',
  newPasswordHelp:
    'At least 12 characters, not your name, and nothing that many people use. Your other browsers are signed out.',
  change: 'Change password',
  changed: 'The password is changed. Your other browsers are signed out.',
  secondFactor: 'Second factor',
  off: 'With a second factor, signing in needs your password and a code that an app on your phone shows.',
  on: 'Signing in needs your password and a code of your app.',
  left: (count: number) =>
    count === 0
      ? 'No recovery code is left: set the second factor up anew.'
      : `${String(count)} recovery ${count === 1 ? 'code is' : 'codes are'} left.`,
  setUp: 'Set up a second factor',
  scan: 'Scan this picture with an authenticator app, or enter the secret there. Then confirm with the code that it shows.',
  picture: 'QR code with the secret',
  secret: 'Secret',
  code: 'Code',
  codeHelp: 'The six digits that your app shows now, or one of your recovery codes.',
  confirm: 'Confirm',
  enter: 'Sign in',
  again: 'Back to signing in',
  recovery: 'Recovery codes',
  recoveryHelp:
    'If you lose your phone, each of these signs you in once, in place of a code. Write them down, or keep them where your phone is not: they are shown only now.',
  goOn: 'I have kept them',
  turnOff: 'Turn off',
  proof: 'Password, code or recovery code',
  isOff: 'The second factor is off.',
  wrongCode: 'This code is wrong, or was used already. Enter the one that the app shows now.',
  tooLate: 'This took too long, or the account was changed meanwhile. Sign in again.',
  tooMany: (minutes: number) => `There were too many wrong tries. Try again in ${minutesText(minutes)}.`,
};
