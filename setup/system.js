// Programs of the system that tests use: found, or installed if we may (root on Debian). Runs on Node 20 and later.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Name that tests use -> commands that provide it, Debian's packages, and the variable that names its path. `proof`:
 * with these arguments it succeeds where it works, or does not say its `refusal`.
 */
const PROGRAMS = {
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    packages: ['chromium'],
    variable: 'SCRIPT_RUNNER_CHROMIUM',
  },
  pdftotext: { commands: ['pdftotext'], packages: ['poppler-utils'], variable: 'SCRIPT_RUNNER_PDFTOTEXT' },
  nginx: { commands: ['nginx'], packages: ['nginx-light'], variable: 'SCRIPT_RUNNER_NGINX' },
  caddy: { commands: ['caddy'], packages: ['caddy'], variable: 'SCRIPT_RUNNER_CADDY' },
  systemd: { commands: ['systemd-analyze'], packages: ['systemd'], variable: 'SCRIPT_RUNNER_SYSTEMD' },
  postgresql: {
    commands: ['pg_ctlcluster', 'postgres', 'pg_ctl'],
    packages: ['postgresql'],
    variable: 'SCRIPT_RUNNER_POSTGRESQL',
  },
  ceph: {
    commands: ['radosgw'],
    packages: ['radosgw', 'ceph-mon', 'ceph-osd'],
    variable: 'SCRIPT_RUNNER_CEPH',
  },
  faketime: { commands: ['faketime'], packages: ['faketime'], variable: 'SCRIPT_RUNNER_FAKETIME' },
  prlimit: { commands: ['prlimit'], packages: ['util-linux'], variable: 'SCRIPT_RUNNER_PRLIMIT' },
  mariadb: { commands: ['mariadbd'], packages: ['mariadb-server'], variable: 'SCRIPT_RUNNER_MARIADB' },
  sshd: {
    commands: ['sshd'],
    packages: ['openssh-server', 'openssh-client'],
    variable: 'SCRIPT_RUNNER_SSHD',
  },
  rsyslog: { commands: ['rsyslogd'], packages: ['rsyslog', 'rsyslog-gnutls'], variable: 'SCRIPT_RUNNER_RSYSLOG' },
  slapd: { commands: ['slapd'], packages: ['slapd'], variable: 'SCRIPT_RUNNER_SLAPD' },
  uml: {
    commands: ['linux.uml'],
    packages: ['user-mode-linux'],
    variable: 'SCRIPT_RUNNER_UML',
    proof: ['mem=64M', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'con0=null,fd:1', 'init=/bin/true'],
    // Linux 6.1 cannot keep the registers of newer processors, and no program starts in it
    refusal: 'ptrace set fp regs failed',
  },
  R: {
    commands: ['R'],
    packages: ['r-cran-irkernel'],
    variable: 'SCRIPT_RUNNER_R',
    proof: ['--slave', '-e', 'library(IRkernel)'],
  },
};

/** Programs from npm, kept in the user's cache: the package, and where its own packages for each platform lie. */
const FROM_NPM = { deno: { package: 'deno', folder: '@deno', variable: 'SCRIPT_RUNNER_DENO' } };

/**
 * Packages from PyPI, each in a folder of the user's cache: a kernel (what else it requires is there with every Jupyter
 * kernel), a newer pandoc than Debian's, uv, rattler, typst, Jupytext, typer, the servers of Jupyter, schemas, and
 * schemathesis, which derives requests from a description of an API.
 * `modules`: their folders, where these have other names. `isAlone: false`: with all that they require.
 */
const FROM_PYPI = {
  pypandoc: { packages: ['pypandoc-binary'], modules: ['pypandoc'], variable: 'SCRIPT_RUNNER_PYPANDOC' },
  uv: { packages: ['uv'], variable: 'SCRIPT_RUNNER_UV' },
  py_rattler: { packages: ['py-rattler'], modules: ['rattler'], variable: 'SCRIPT_RUNNER_PY_RATTLER' },
  typst: { packages: ['typst'], variable: 'SCRIPT_RUNNER_TYPST' },
  jupytext: { packages: ['jupytext'], variable: 'SCRIPT_RUNNER_JUPYTEXT', isAlone: false },
  // with click: programs whose commands are read
  typer: { packages: ['typer', 'click'], variable: 'SCRIPT_RUNNER_TYPER', isAlone: false },
  jupyter_server: {
    packages: ['jupyter_server', 'jupyter_kernel_gateway'],
    modules: ['jupyter_server', 'kernel_gateway'],
    variable: 'SCRIPT_RUNNER_JUPYTER_SERVER',
    isAlone: false,
  },
  jupyter_enterprise_gateway: {
    packages: ['jupyter_enterprise_gateway>=3'],
    modules: ['enterprise_gateway'],
    variable: 'SCRIPT_RUNNER_JUPYTER_ENTERPRISE_GATEWAY',
    isAlone: false,
  },
  // schemas: of the resources of Kubernetes, and of Compose
  kubernetes_validate: {
    packages: ['kubernetes-validate'],
    modules: ['kubernetes_validate'],
    variable: 'SCRIPT_RUNNER_KUBERNETES_VALIDATE',
  },
  docker_compose: { packages: ['docker-compose'], modules: ['compose'], variable: 'SCRIPT_RUNNER_DOCKER_COMPOSE' },
  schemathesis: { packages: ['schemathesis'], variable: 'SCRIPT_RUNNER_SCHEMATHESIS', isAlone: false },
  bash_kernel: {
    packages: ['bash_kernel', 'pexpect', 'ptyprocess', 'filetype'],
    variable: 'SCRIPT_RUNNER_BASH_KERNEL',
  },
};

/**
 * Path of the program, or the folder of the Python package, which is installed if it is missing. Undefined, after a
 * message, if it cannot be installed. `python`: whose pip brings packages.
 */
export function provide(name, python) {
  if (name in FROM_PYPI) return provideFromPypi(name, python);
  if (name in FROM_NPM) return provideFromNpm(FROM_NPM[name]);
  const { packages, variable } = PROGRAMS[name];
  const found = process.env[variable] || find(name);
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing ${name}: apt-get install -y --no-install-recommends ${packages.join(' ')} …`);
    if (!apt('install', '-y', '--no-install-recommends', ...packages)) {
      apt('update');
      apt('install', '-y', '--no-install-recommends', ...packages);
    }
  }
  return find(name);
}

function provideFromNpm({ package: wanted, folder, variable }) {
  if (process.env[variable]) return process.env[variable];
  const prefix = join(testCache(), wanted);
  const found = () => {
    const parts = join(prefix, 'node_modules', folder);
    const [part] = existsSync(parts) ? readdirSync(parts) : [];
    return part === undefined
      ? undefined
      : [wanted, `${wanted}.exe`].map((file) => join(parts, part, file)).find((path) => existsSync(path));
  };
  if (found()) return found();
  console.log(`Installing ${wanted} into ${prefix}: npm install ${wanted} …`);
  spawnSync(
    'npm',
    ['install', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', wanted],
    { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' },
  );
  return found();
}

function provideFromPypi(name, python) {
  const { packages, modules = packages, variable, isAlone = true } = FROM_PYPI[name];
  if (process.env[variable]) return process.env[variable];
  const folder = join(testCache(), name);
  const isWhole = () => modules.every((each) => existsSync(join(folder, each)));
  if (!isWhole()) {
    console.log(`Installing ${name} into ${folder}: pip install ${packages.join(' ')} …`);
    spawnSync(
      python,
      [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        ...(isAlone ? ['--no-deps'] : []),
        '--upgrade',
        '--target',
        folder,
        ...packages,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }
  return isWhole() ? folder : undefined;
}

function testCache() {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'script-runner', 'test');
}

/** Python modules that some tests need -> the package that brings them. */
export const MODULES = { psycopg2: 'psycopg2-binary', pymysql: 'pymysql' };

export function hasModule(python, name) {
  return spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0;
}

/** The command to run by hand, for the notice about skipped tests. */
export function remedyFor(name) {
  if (name in MODULES) return `pip install ${MODULES[name]} in the Python of the tests`;
  if (name in FROM_NPM)
    return `npm install ${FROM_NPM[name].package}, and set ${FROM_NPM[name].variable} to the path of the program`;
  if (name in FROM_PYPI)
    return `pip install --target FOLDER ${FROM_PYPI[name].packages.join(' ')}, and set ${FROM_PYPI[name].variable} to the folder`;
  const { packages, variable } = PROGRAMS[name];
  return `apt-get install ${packages.join(' ')}, or set ${variable} to its path`;
}

/** A server that tests start themselves must not start as a service of the machine. */
const NO_SERVICES = { RUNLEVEL: '1' };

function apt(...args) {
  const { status } = spawnSync('/usr/bin/apt-get', ['-qq', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...NO_SERVICES },
  });
  return status === 0;
}

function works(path, proof, refusal) {
  const { status, stdout, stderr } = spawnSync(path, proof, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return refusal === undefined ? status === 0 : !`${stdout}${stderr}`.includes(refusal);
}

function find(name) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), '/usr/sbin'];
  const { commands, proof, refusal } = PROGRAMS[name];
  return commands
    .flatMap((command) => folders.map((folder) => join(folder, command)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return proof === undefined || works(path, proof, refusal);
      } catch {
        return false;
      }
    });
}
