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
    if (data !== who) void leaveIfAnother();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void leaveIfAnother();
  });
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void leaveIfAnother();
  });
}

/** A server that does not answer says nothing about who one is. */
async function leaveIfAnother(): Promise<void> {
  const { who = '', whoUrl = '' } = document.body.dataset;
  const response = await fetch(whoUrl, { cache: 'no-store' }).catch(() => undefined);
  const now = response?.ok === true ? await response.text().catch(() => who) : who;
  if (now === who) return;
  document.body.replaceChildren();
  // not a reload, which would send a form again; without the fragment, as with it nothing would be loaded
  location.replace(location.pathname + location.search);
}
