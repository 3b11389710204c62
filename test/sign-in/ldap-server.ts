/** OpenLDAP's server on this machine, with a few people and groups. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import { freePort } from '../free-port.ts';

const USUAL = '/usr/sbin/slapd';
/** Undefined if there is none: such tests say `needs slapd` in their name and skip. */
export const SLAPD = process.env['SCRIPT_RUNNER_SLAPD'] ?? (existsSync(USUAL) ? USUAL : undefined);

export const BASE = 'dc=example,dc=org';
export const MANAGER = { dn: `cn=manager,${BASE}`, password: 'password-of-the-manager' };

const person = (uid: string, cn: string, memberOf: readonly string[]) => `
dn: uid=${uid.replaceAll(',', '\\,')},ou=people,${BASE}
objectClass: inetOrgPerson
objectClass: extensibleObject
uid: ${uid}
cn: ${cn}
sn: ${cn}
mail: ${uid}@example.org
userPassword: password of ${uid}
${memberOf.map((group) => `seeAlso: ${group}`).join('\n')}
`;

const PEOPLE = `dn: ${BASE}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,${BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${BASE}
objectClass: organizationalUnit
ou: groups
${person('ana', 'Ana Moreno', [`cn=staff,ou=groups,${BASE}`, `cn=the board\\, elected,ou=groups,${BASE}`])}
${person('bo', 'Bo', [])}
${person('bo*', 'Star', [])}
dn: cn=finance,ou=groups,${BASE}
objectClass: groupOfNames
cn: finance
member: uid=ana,ou=people,${BASE}
`;

export interface LdapServer {
  readonly url: string;
  /** With TLS. */
  readonly secureUrl: string;
  /** With StartTLS: not the machine’s usual name. */
  readonly otherUrl: string;
  /** Whose certificate names somebody else. */
  readonly foreignUrl: string;
  /** File of the certificate that signed the server's: its own. */
  readonly ca: string;
  /** Somebody leaves a group whose only member it was. */
  leave(uid: string, group: string): Promise<void>;
  /** Deletes somebody. */
  remove(uid: string): Promise<void>;
  close(): Promise<void>;
}

/** As the user of the tests, in a folder of its own. */
export async function startLdap(): Promise<LdapServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ldap-'));
  const inside = (name: string) => join(folder, name);
  mkdirSync(inside('db'));
  const [key, ca] = [inside('key.pem'), inside('certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.2', '-days', '2'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', ca, ...subject];
  execFileSync('openssl', request, { stdio: 'ignore' });
  const config = [
    ...['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    `TLSCertificateFile ${ca}`,
    `TLSCertificateKeyFile ${key}`,
    `pidfile ${inside('pid')}`,
    'disallow bind_anon',
    'database mdb',
    `suffix "${BASE}"`,
    `rootdn "${MANAGER.dn}"`,
    `rootpw ${MANAGER.password}`,
    `directory ${inside('db')}`,
  ];
  writeFileSync(inside('slapd.conf'), `${config.join('\n')}\n`);
  writeFileSync(inside('people.ldif'), PEOPLE.replaceAll(/\n{3,}/g, '\n\n'));
  const slapd = SLAPD ?? '';
  execFileSync(slapd, ['-T', 'add', '-f', inside('slapd.conf'), '-l', inside('people.ldif')], { stdio: 'pipe' });
  const [port, securePort] = [await freePort(), await freePort()];
  const urls = [
    `ldap://127.0.0.1:${port}`,
    `ldaps://localhost:${securePort}`,
    `ldap://127.0.0.2:${port}`,
    `ldap://127.0.0.3:${port}`,
  ];
  const server = spawn(slapd, ['-d', '0', '-f', inside('slapd.conf'), '-h', urls.join(' ')], { stdio: 'ignore' });
  await Promise.all([port, securePort].map(answers));
  return {
    url: urls[0]!,
    secureUrl: urls[1]!,
    otherUrl: urls[2]!,
    foreignUrl: urls[3]!,
    ca,
    leave: (uid, group) =>
      manage(urls[0]!, (client) => {
        const member = (operation: 'add' | 'delete', dn: string) =>
          new Change({ operation, modification: new Attribute({ type: 'member', values: [dn] }) });
        const changes = [member('add', MANAGER.dn), member('delete', `uid=${uid},ou=people,${BASE}`)];
        return client.modify(`cn=${group},ou=groups,${BASE}`, changes);
      }),
    remove: (uid) => manage(urls[0]!, (client) => client.del(`uid=${uid},ou=people,${BASE}`)),
    async close() {
      server.kill();
      if (server.exitCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function manage(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ url });
  await client.bind(MANAGER.dn, MANAGER.password);
  await work(client);
  await client.unbind();
}

async function answers(port: number): Promise<void> {
  const isOpen = await new Promise<boolean>((resolve) => {
    const socket = connect(port, 'localhost');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  if (isOpen) return;
  await new Promise((resolve) => setImmediate(resolve));
  await answers(port);
}
