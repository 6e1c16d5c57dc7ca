import { makeSdist } from './sdist.ts';

const SETUP = 'from setuptools import setup\n';
const finish = (name: string) => `setup(name=${JSON.stringify(name)}, version="1.0", py_modules=[])\n`;

/** What a compiler prints that fails. */
const COMPILER =
  "src/x.c:3:1: error: unknown type name 'strange'\nerror: command '/usr/bin/gcc' failed with exit code 1";

/** A build backend of a few lines (PEP 517, PEP 660) that stands in the project; `says`: what it prints, and before it gives up if it `fails`. */
export const backend = (name: string, says = '', fails = false): string => `import base64, hashlib, os, sys, zipfile
INFO = "${name}-1.0.dist-info"
META = "Metadata-Version: 2.1\\nName: ${name}\\nVersion: 1.0\\n"
def get_requires_for_build_wheel(config=None): return []
get_requires_for_build_editable = get_requires_for_build_wheel
def prepare_metadata_for_build_wheel(folder, config=None):
    os.mkdir(os.path.join(folder, INFO))
    open(os.path.join(folder, INFO, "METADATA"), "w").write(META)
    return INFO
def build_wheel(folder, config=None, metadata=None):
    sys.stdout.write(${JSON.stringify(says)} + "\\n"); sys.stdout.flush()
    if ${fails ? 'True' : 'False'}: sys.exit(1)
    wheel = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    file = "${name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, file), "w") as out:
        for part, text in (("METADATA", META), ("WHEEL", wheel), ("RECORD", "")):
            out.writestr(INFO + "/" + part, text)
    return file
build_editable = build_wheel
`;

export const pyproject = (requires: readonly string[] = []): string =>
  `[build-system]\nrequires = ${JSON.stringify(requires)}\nbuild-backend = "own_backend"\nbackend-path = ["."]\n`;

/** Source distributions whose builds stumble over one thing each. */
export function makeBrokenSdists(folder: string): void {
  const setup = (name: string, text: string) => makeSdist(folder, name, '1.0', { 'setup.py': text });
  setup('raises', 'raise RuntimeError("this build cannot go on")\n');
  setup(
    'needs-postgres',
    `import subprocess, sys\nopen("x.c", "w").write("#include <libpq-fe.h>\\n")\nif subprocess.call(["cc", "-c", "x.c"]): sys.exit(1)\n${SETUP}${finish('needs-postgres')}`,
  );
  setup(
    'needs-compiler',
    `${SETUP}from setuptools import Extension\nsetup(name="needs-compiler", version="1.0", ext_modules=[Extension("x", ["x.c"])])\n`,
  );
  setup('needs-numpy', `import numpy\n${SETUP}${finish('needs-numpy')}`);
  setup('needs-unknown', `import a_module_of_nobody\n${SETUP}${finish('needs-unknown')}`);
  setup('rusty', 'import sys\nsys.exit("error: can\'t find Rust compiler")\n');
  setup('plain', `${SETUP}${finish('plain')}`);
  // pip up to 23.0 goes on with setup.py's own install.
  setup(
    'no-wheel',
    `import sys\nif "bdist_wheel" in sys.argv: sys.exit("x.c:1:10: fatal error: x.h: No such file or directory")\n${SETUP}${finish('no-wheel')}`,
  );
  makeSdist(folder, 'own_fails', '1.0', {
    'pyproject.toml': pyproject(),
    'own_backend.py': backend('own_fails', COMPILER, true),
  });
  makeSdist(folder, 'noisy', '1.0', { 'pyproject.toml': pyproject(), 'own_backend.py': backend('noisy', COMPILER) });
  makeSdist(folder, 'needs_tool', '1.0', {
    'pyproject.toml': pyproject(['a-build-tool>=3']),
    'own_backend.py': backend('needs_tool'),
  });
  makeSdist(folder, 'declared', '1.0', {
    'pyproject.toml': '[build-system]\nrequires = ["setuptools>=40.8.0"]\nbuild-backend = "setuptools.build_meta"\n',
    'setup.py': `${SETUP}${finish('declared')}`,
  });
  makeSdist(folder, 'modern', '1.0', {
    'pyproject.toml': pyproject(['demo-lib']),
    'own_backend.py': backend('modern'),
  });
}
