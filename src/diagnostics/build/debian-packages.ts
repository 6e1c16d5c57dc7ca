/** Files that compilers miss, by the package of Debian and Ubuntu that has them. */
const HEADERS: readonly (readonly [header: RegExp, name: string])[] = [
  [/^libpq-fe\.h$/, 'libpq-dev'],
  [/^mysql(?:\/.*)?\.h$/, 'default-libmysqlclient-dev'],
  [/^ffi\.h$/, 'libffi-dev'],
  [/^openssl\/.*\.h$/, 'libssl-dev'],
  [/^libxml\/.*\.h$/, 'libxml2-dev'],
  [/^libxslt\/.*\.h$/, 'libxslt1-dev'],
  [/^zlib\.h$/, 'zlib1g-dev'],
  [/^bzlib\.h$/, 'libbz2-dev'],
  [/^lzma\.h$/, 'liblzma-dev'],
  [/^jpeglib\.h$/, 'libjpeg-dev'],
  [/^(?:ldap|lber)\.h$/, 'libldap-dev'],
  [/^sasl\/.*\.h$/, 'libsasl2-dev'],
  [/^sql(?:ext)?\.h$/, 'unixodbc-dev'],
  [/^portaudio\.h$/, 'portaudio19-dev'],
  [/^alsa\/.*\.h$/, 'libasound2-dev'],
  [/^gmp\.h$/, 'libgmp-dev'],
  [/^mpfr\.h$/, 'libmpfr-dev'],
  [/^yaml\.h$/, 'libyaml-dev'],
  [/^curl\/curl\.h$/, 'libcurl4-openssl-dev'],
  [/^dbus\/dbus\.h$/, 'libdbus-1-dev'],
  [/^cairo\.h$/, 'libcairo2-dev'],
  [/^snappy-c\.h$/, 'libsnappy-dev'],
  [/^(?:gssapi\/.*|krb5)\.h$/, 'libkrb5-dev'],
  [/^pcap\.h$/, 'libpcap-dev'],
  [/^bluetooth\/.*\.h$/, 'libbluetooth-dev'],
  [/^sodium\.h$/, 'libsodium-dev'],
  [/^zmq\.h$/, 'libzmq3-dev'],
  [/^systemd\/.*\.h$/, 'libsystemd-dev'],
  [/^graphviz\/.*\.h$/, 'libgraphviz-dev'],
  [/^sqlite3\.h$/, 'libsqlite3-dev'],
  [/^geos_c\.h$/, 'libgeos-dev'],
];

/** Programs that builds start, in the same way. */
const PROGRAMS: Readonly<Record<string, string>> = {
  cmake: 'cmake',
  gfortran: 'gfortran',
  git: 'git',
  make: 'build-essential',
  mysql_config: 'default-libmysqlclient-dev',
  ninja: 'ninja-build',
  pg_config: 'libpq-dev',
  'pkg-config': 'pkg-config',
  swig: 'swig',
};

/** Every package that may be named. */
export const DEBIAN_PACKAGES: readonly string[] = [
  ...new Set([...HEADERS.map(([, name]) => name), ...Object.values(PROGRAMS), 'build-essential']),
];

/** Returns the package that has a header of a library; null for one that is not known. */
export function findHeaderPackage(header: string): string | null {
  return HEADERS.find(([pattern]) => pattern.test(header))?.[1] ?? null;
}

/** Returns the package that has a program, a C or C++ compiler above all; null for one that is not known. */
export function findProgramPackage(program: string): string | null {
  const name = program.split(/[/\\]/).at(-1) ?? '';
  return isCompiler(name) ? 'build-essential' : (PROGRAMS[name] ?? null);
}

function isCompiler(name: string): boolean {
  return /^(?:[\w-]+-)?(?:gcc|cc|g\+\+|c\+\+|clang|clang\+\+)(?:-\d+)?$/.test(name);
}
