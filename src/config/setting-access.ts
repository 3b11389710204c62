/** The settings that say who may use the server, and for what. */
import Type from 'typebox';
import { duration, flag, list } from './setting-kind.ts';

export const ACCESS_SETTINGS = {
  password_hash: Type.String({
    default: '',
    pattern: '^(scrypt:[\\d:]+:[\\w+/=]+:[\\w+/=]+)?$',
    description: 'hash of the password that everyone must enter; `script-runner password` prints it',
    expected: 'the line that "script-runner password" prints',
  }),
  proxy_secret: Type.String({
    default: '',
    pattern: '^(|[!-~]{16,200})$',
    description:
      'secret that a proxy adds to each request as X-Script-Runner-Proxy; if set, identity_header counts only with it. Set it by a variable; the file may not contain it',
    expected: 'a text of 16 to 200 letters, digits and signs without blanks',
  }),
  identity_header: Type.String({
    default: '',
    pattern: '^[A-Za-z\\d-]*$',
    description: 'header in which a trusted proxy names the user',
    expected: 'the name of a header such as "X-Forwarded-User"',
  }),
  groups_header: Type.String({
    default: '',
    pattern: '^[A-Za-z\\d-]*$',
    description: 'header in which that proxy names the groups of the user, with commas between them',
    expected: 'the name of a header such as "X-Forwarded-Groups"',
  }),
  sign_in: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
    default: [],
    description:
      'who signs people in by name: tables [[sign_in]] in the settings file, see [signing in](sign-in.md). Their secrets are variables such as SCRIPT_RUNNER_SIGN_IN_COMPANY_SECRET',
    expected: 'tables [[sign_in]] in script-runner.toml, each with name and type',
  }),
  operators: list('names of the users, as the proxy sends them, who are operators; groups as "@admins"'),
  session_idle: duration('7d', 'how long somebody stays signed in without using the server'),
  session_life: duration('30d', 'how long somebody stays signed in at most'),
  token_idle: duration(
    '90d',
    'how long tokens go on after their person was last here, where no directory can be asked about the person: with OpenID Connect and a proxy',
  ),
  access: list(
    'who may see, run or look after which scripts, such as "finance/*: viewer @audit; runner @finance ana@example.org; runs own"; default: everybody may run all',
  ),
  access_in_scripts: flag(
    true,
    'whether scripts may say themselves who may see and run them; lines of access about exactly this script count before',
  ),
  quotas: list(
    'how much people may use, such as "*: 4 at once, 100 a day, 1h a day, 2GB kept" or "finance/*: 10 a day for @interns"; default: no limits',
  ),
  links: flag(
    true,
    'whether people may make links with which anybody sees a report of theirs; false also ends those that there are',
  ),
  link_life: duration('30d', 'longest life of such a link'),
  embed_origins: Type.Array(Type.String({ pattern: '^https?://[a-z\\d.-]+(:\\d{1,5})?$' }), {
    default: [],
    description: 'sites whose pages may show such a link in a frame, and forms of scripts that anybody may run',
    expected: 'a list of origins such as "https://intranet.example.org"',
  }),
};
