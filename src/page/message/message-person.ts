/** The texts of the menu of the person, and of the pages about sessions. */

export const PERSON_WORDS = {
  menu: 'You',
  operator: 'Operator',
  nameless: 'Signed in',
  reports: 'My reports',
  sessions: 'My sessions',
  signOut: 'Sign out',
};

export const SESSION_WORDS = {
  title: PERSON_WORDS.sessions,
  intro: 'Each browser in which you have signed in has a session. End those that you do not know.',
  none: 'You have no session here: something in front of this server says who you are, or nobody needs to sign in.',
  browser: 'Browser',
  address: 'Address',
  begun: 'Signed in',
  seen: 'Last used',
  current: 'This browser',
  operator: 'with the operator’s link',
  end: 'End',
  endTitle: (browser: string) => `End the session of ${browser}`,
  again: 'Sign in again to end sessions',
  againHelp: 'They can be ended for ten minutes after signing in. Signing out of this browser is always possible.',
  everywhere: 'Sign out everywhere',
  everywhereHelp: 'Ends all these sessions, this one, too.',
  unknown: 'An unknown program',
  ofAll: {
    title: 'Sessions',
    linkText: 'Sessions',
    intro: 'Who is signed in with a name. Ending takes effect within two seconds, also for pages that are open.',
    none: 'Nobody is signed in with a name.',
    nameless: 'Sessions of the shared password have no names; all of them end when the password changes.',
    most: (count: string) => `Only the ${count} people who were seen last are shown.`,
    full: 'the most: each new one ends the least recently used',
    person: 'Person',
    sessions: 'Sessions',
    of: (person: string) => `Sessions: ${person}`,
    gone: 'They have no session now.',
    endAll: 'End all',
    endAllTitle: (person: string) => `End all sessions of ${person}`,
  },
};
