/** One-time codes by time, and the QR code from which apps read their secret. */
import { Secret, TOTP } from 'otpauth';
import qrcode from 'qrcode-generator';
import type { OneTimeCodes } from '../domain/access/second-factor.ts';

const PERIOD_S = 30;
const SECRET_BYTES = 20;
/** Light modules around the picture. */
const QUIET_MODULES = 4;

export const oneTimeCodes: OneTimeCodes = {
  newSecret: () => new Secret({ size: SECRET_BYTES }).base32,
  describe(secret, { issuer, name }) {
    // a colon would end the issuer
    const label = { issuer: issuer.replaceAll(':', ' '), label: name };
    const uri = new TOTP({ ...label, period: PERIOD_S, secret: Secret.fromBase32(secret) }).toString();
    return { uri, ...pictureOf(uri) };
  },
  stepOf(secret, code, nowMs) {
    if (!/^\d{6}$/.test(code)) return undefined;
    const totp = new TOTP({ period: PERIOD_S, secret: Secret.fromBase32(secret) });
    const delta = totp.validate({ token: code, timestamp: nowMs, window: 1 });
    return delta === null ? undefined : totp.counter({ timestamp: nowMs }) + delta;
  },
};

function pictureOf(text: string): { readonly size: number; readonly path: string } {
  const code = qrcode(0, 'M');
  code.addData(text, 'Byte');
  code.make();
  const count = code.getModuleCount();
  let path = '';
  for (let row = 0; row < count; row += 1)
    for (let column = 0; column < count; column += 1)
      if (code.isDark(row, column)) path += `M${column + QUIET_MODULES} ${row + QUIET_MODULES}h1v1h-1z`;
  return { size: count + 2 * QUIET_MODULES, path };
}
