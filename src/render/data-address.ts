/** Reads `data:` addresses. Source: RFC 2397. */

export interface AddressedData {
  /** As it is written, with parameters; may be empty. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Undefined for any other address, and for base64 that cannot be decoded. */
export function readDataAddress(address: string): AddressedData | undefined {
  const [, type = '', coding, text = ''] = /^data:([^,]*?)(;\s*base64)?,([^]*)$/i.exec(address) ?? [];
  if (address.indexOf(',') < 0) return undefined;
  try {
    if (coding === undefined) return { type, bytes: bytesOf(text) };
    return { type, bytes: Uint8Array.from(atob(decodeURIComponent(text)), (char) => char.charCodeAt(0)) };
  } catch {
    return undefined;
  }
}

/** Percent-encoded bytes of any kind, not only UTF-8. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = new TextEncoder().encode(text);
  const bytes = new Uint8Array(plain.length);
  let size = 0;
  for (let at = 0; at < plain.length; at += 1, size += 1) {
    const hex =
      plain[at] === 0x25 ? /^[\da-f]{2}/i.exec(String.fromCharCode(...plain.subarray(at + 1, at + 3)))?.[0] : undefined;
    bytes[size] = hex === undefined ? plain[at]! : parseInt(hex, 16);
    if (hex !== undefined) at += 2;
  }
  return bytes.slice(0, size);
}
