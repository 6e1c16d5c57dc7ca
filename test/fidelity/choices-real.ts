/** Options of `pip install`, also such as it refuses. */
export const INSTALL_OPTIONS = [
  ['--target=t', '--user', '--prefix=p', '--root=r', '--no-deps', '-U', '--dry-run', '-q', '-qq', '-v', '-vv'],
  ['--no-index', '-c', '--require-hashes', '--report=-', '--ignore-installed', '--pre', '--no-cache-dir', '--compile'],
  ['--no-compile', '--only-binary=:all:', '--no-binary=:all:', '--force-reinstall', '--upgrade-strategy=eager'],
  ['--no-warn-script-location', '--no-warn-conflicts', '--break-system-packages', '--root-user-action=ignore'],
  ['--no-input', '--isolated', '--disable-pip-version-check', '--log=log.txt', '--no-color', '--progress-bar=off'],
  ['--use-pep517', '--no-build-isolation', '--require-virtualenv', '--debug', '--nope', '--exists-action=w'],
  ['--cache-dir=cc', '--python-version=3.9', '--platform=any', '--abi=none', '--implementation=py'],
  ['--check-build-dependencies', '--config-settings=a=b', '--quiet --quiet', '--trusted-host=x', '--timeout=1'],
  ['--use-deprecated=legacy-resolver', '--use-feature=fast-deps', '--cert=/nope', '--client-cert=/nope'],
  ['--extra-index-url=http://127.0.0.1:9/', '--index-url=http://127.0.0.1:9/simple'],
].flat();

export const REQUIREMENTS = [
  ['tiny', 'tiny==1.0', 'tiny==2.0', 'needy', 'clash', 'future', 'tool', 'missing', 'nowhere', './src/goodsrc'],
  ['./src/badsrc', '-e', '-r', 'req.txt', 'bad.txt', 'tiny[foo]', "tiny; python_version<'3'", 'tin y', ''],
  ['http://127.0.0.1:9/x.whl', 'file://{wheels}/tiny-1.0-py2.py3-none-any.whl', 'git+https://127.0.0.1:9/x'],
  ['{wheels}/tiny-2.0-py2.py3-none-any.whl', 'needy clash', '--help', '\udcff', 'ü', 'pip'],
].flat();

export const OTHER_COMMANDS = [
  ['list', 'list --format=json', 'list -o', 'list --nope', 'freeze', 'freeze --all', 'show pip', 'show -f nope'],
  ['show', 'check', 'inspect', 'index versions tiny', 'search x', 'hash', 'debug', 'help', 'help install', 'help nope'],
  ['hash {wheels}/tiny-1.0-py2.py3-none-any.whl', 'cache dir', 'cache list', 'cache purge', 'config list'],
  ['config set global.timeout 3', 'config debug', 'config edit', 'uninstall -y tiny', 'uninstall -y setuptools'],
  ['uninstall pip', 'uninstall setuptools', 'download tiny', 'download --no-deps needy -d d', 'wheel ./src/goodsrc'],
  ['wheel ./src/badsrc', 'wheel tiny -w w', '--version', '-V', '-h', '--nope', 'bogus', 'instal', '-v'],
  ['--python /nope list', '--python=/usr/bin/python3 list', '--log l.txt list', '-q list', '--proxy x list'],
  ['lock tiny', 'install', 'install --help', 'help -v', '--require-virtualenv list', 'completion'],
  ['--isolated list', '--no-input uninstall setuptools'],
]
  .flat()
  .map((line) => line.split(' '))
  .concat([[], ['', 'list']]);
