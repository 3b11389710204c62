/** Loads a library once: from its address, or from the compressed text in a downloaded report. */

const loading = new Map<string, Promise<void>>();

/** `address` is a URL, or `#id` of an element whose text is the gzipped, base64-encoded script. */
export function loadLibrary(address: string): Promise<void> {
  const known = loading.get(address) ?? (address.startsWith('#') ? unpack(address.slice(1)) : fetchScript(address));
  loading.set(address, known);
  return known;
}

function fetchScript(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.crossOrigin = 'anonymous';
    script.src = address;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`could not load ${address}`));
    document.head.append(script);
  });
}

async function unpack(id: string): Promise<void> {
  const packed = Uint8Array.from(atob(document.getElementById(id)?.textContent.trim() ?? ''), (char) =>
    char.charCodeAt(0),
  );
  const script = document.createElement('script');
  script.textContent = await new Response(
    new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')),
  ).text();
  document.head.append(script);
}
