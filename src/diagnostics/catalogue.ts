import type { DiagnosticCode } from '../model/diagnostic.ts';

/** What `pipward explain` lists: every code, in the order of how often people meet it. */
export const CATALOGUE = {
  'user-install-fallback': {
    title: 'pip installed into the user site by itself',
    summary: 'The place for packages was not writable, so pip went on as if --user had been given.',
  },
  'externally-managed': {
    title: 'pip refused: another tool manages this Python',
    summary: 'The Python is marked EXTERNALLY-MANAGED (PEP 668); packages belong into a virtual environment.',
  },
  'script-not-on-path': {
    title: 'a program was installed where the shell does not look',
    summary: 'The folder that pip put the program into is not on PATH.',
  },
  'permission-denied': {
    title: 'pip may not write there',
    summary: 'A folder that pip had to change belongs to somebody else, or nobody may write to it.',
  },
  'running-as-root': {
    title: 'pip ran as root',
    summary: 'What root installs outside of a virtual environment can break programs of the system.',
  },
  'user-install-in-venv': {
    title: '--user in a virtual environment',
    summary: 'A user install was asked for in an environment that does not see the user site.',
  },
  'pip-venv-required': {
    title: "pip's own setting asks for a virtual environment",
    summary: 'require-virtualenv is set for pip, and no virtual environment is in use.',
  },
  'no-matching-distribution': {
    title: 'pip found nothing to install under that name or version',
    summary: 'pip found no such project or version, or no file that it could use; it seldom says which.',
  },
  'requires-python': {
    title: 'the package is not for this version of Python',
    summary: 'The package says in its Requires-Python which Pythons it runs on; this one is not among them.',
  },
  network: {
    title: 'pip could not reach the index',
    summary: 'A proxy, a name server, a certificate, a firewall or the index itself stood in the way.',
  },
  'ssl-module-missing': {
    title: 'the Python has no ssl module',
    summary: 'The interpreter was built without OpenSSL, so pip cannot use https.',
  },
  'dependency-conflict': {
    title: 'installed packages do not fit together',
    summary: 'pip installed what was asked for, and a package that was there before needs another version of it.',
  },
  'resolution-impossible': {
    title: 'the packages that were asked for exclude each other',
    summary: 'No choice of versions meets all requirements, so pip installed nothing.',
  },
  'build-failed': {
    title: 'a package could not be built',
    summary: 'There was no ready-made file that this pip takes, so pip built the package, and its build failed.',
  },
  'venv-required': {
    title: 'a policy asks for a virtual environment',
    summary: 'A policy file allows install and uninstall only where a virtual environment is used.',
  },
  'project-environment-required': {
    title: "a policy asks for the project's own environment",
    summary: 'A policy file allows changes only in an environment that lies in the project.',
  },
  'user-install-forbidden': {
    title: 'a policy forbids the user site',
    summary: 'A policy file forbids installs into the user site, asked for or as a fallback of pip.',
  },
  'break-system-packages-forbidden': {
    title: 'a policy forbids --break-system-packages',
    summary: 'A policy file forbids the option that overrides EXTERNALLY-MANAGED (PEP 668).',
  },
  'root-forbidden': {
    title: 'a policy forbids pip as root',
    summary: 'A policy file forbids root to install and uninstall.',
  },
  'python-not-allowed': {
    title: 'a policy does not allow this Python',
    summary: 'A policy file names the versions of Python that may be installed for.',
  },
  'pip-too-old': {
    title: 'a policy asks for a newer pip',
    summary: 'A policy file names the oldest pip that may be used.',
  },
  'no-pip-module': {
    title: 'the Python has no pip',
    summary: 'The interpreter that is meant here has no module pip.',
  },
  'interpreter-not-found': {
    title: 'no Python found',
    summary: 'The Python that was asked for is not on this machine, or not where pipward looks.',
  },
  'interpreter-not-runnable': {
    title: 'a Python could not be started',
    summary: 'The interpreter was found, but the system would not run it.',
  },
  'policy-unreadable': {
    title: 'a policy file cannot be understood',
    summary: 'A policy file has a mistake or cannot be read, so its rules are not known.',
  },
  'call-loop': {
    title: 'pip calls itself without end',
    summary: 'A program that pipward starts comes back to pipward, again and again.',
  },
  'internal-error': {
    title: 'pipward itself failed',
    summary: 'Something in pipward went wrong; unless a policy forbids it, pip is run without it.',
  },
} as const satisfies Record<DiagnosticCode, { readonly title: string; readonly summary: string }>;
