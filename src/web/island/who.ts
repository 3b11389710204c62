/**
 * Nothing of somebody stays in a tab after they have signed out in another one: pages tell each other for whom they
 * are. One for somebody else asks the server, also when it is shown again, and goes if it is right.
 */

export function startWho(): void {
  const { who, withoutCookies } = document.body.dataset;
  if (who === undefined || withoutCookies !== undefined) return;
  const channel = new BroadcastChannel('script-runner-who');
  channel.postMessage(who);
  if (who === '') return channel.close();
  channel.addEventListener('message', ({ data }) => {
    if (data !== who) void leaveIfAnother(who);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void leaveIfAnother(who);
  });
  // the browser may keep the page for “Back”, and shows it before anything is asked
  window.addEventListener('pagehide', ({ persisted }) => {
    if (persisted) document.body.style.visibility = 'hidden';
  });
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void showUnlessAnother(who);
  });
}

/** A server that does not answer says nothing about who one is. */
async function leaveIfAnother(who: string): Promise<void> {
  if (((await askWho()) ?? who) !== who) leave();
}

/** Without an answer, it is loaded as if it had not been kept. */
async function showUnlessAnother(who: string): Promise<void> {
  if ((await askWho()) === who) document.body.style.visibility = '';
  else leave();
}

/** Undefined without an answer. */
async function askWho(): Promise<string | undefined> {
  const { whoUrl = '' } = document.body.dataset;
  const response = await fetch(whoUrl, { cache: 'no-store' }).catch(() => undefined);
  return response?.ok === true ? response.text().catch(() => undefined) : undefined;
}

function leave(): void {
  document.body.replaceChildren();
  // not a reload, which would send a form again; without the fragment, as with it nothing would be loaded
  location.replace(location.pathname + location.search);
}
