/** Texts of LDAP: values in filters (RFC 4515, section 3) and names of entries (RFC 4514). */

/** As a value in a filter: it matches only itself. */
export function escapeFilter(text: string): string {
  return text.replaceAll(/[\\*()\0]/g, (sign) => `\\${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The value of the first part: of `cn=the board,ou=groups` it is `the board`; another text is returned unchanged. */
export function groupName(dn: string): string {
  const [, value] = /^[A-Za-z\d.-]+=((?:\\.|[^,+\\])*)/s.exec(dn) ?? [];
  if (value === undefined) return dn;
  const bytes = value.replaceAll(/(?:\\[\da-f]{2})+/gi, (codes) =>
    new TextDecoder().decode(Uint8Array.from(codes.split('\\').slice(1), (code) => Number.parseInt(code, 16))),
  );
  return bytes.replaceAll(/\\(.)/gs, '$1').trim();
}
