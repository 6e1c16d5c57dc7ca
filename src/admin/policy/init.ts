import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../host/error-code.ts';
import { SCHEMA_ADDRESS } from '../../policy/file/json-schema.ts';
import { describeError } from '../describe-error.ts';
import { complain, say } from '../output.ts';
import { UsageError } from '../usage-error.ts';

/** What a new file says: one rule that only advises, the rest to be switched on by taking a `#` away. */
const TEMPLATE = `#:schema ${SCHEMA_ADDRESS}
# Where \`pip install\` and \`pip uninstall\` may change things, for all users who work below this folder.
# Each policy file judges a call by itself, and the strictest answer counts. See https://github.com/pipward/pipward/blob/main/docs/reference/policy.md
# Check it with: pipward policy check

[policy]
# "off", "advise" (pip runs, a warning follows) or "enforce" (pip is not run, exit status 3).
require-virtual-environment = "advise"

# First advice, enforced from a day on (UTC):
# require-virtual-environment = { level = "enforce", from = 2027-01-15 }

# The environment must lie in this project:
# project-environment-only = "enforce"

# No installs into ~/.local, asked for or as pip's own fallback; no overriding of EXTERNALLY-MANAGED; no root:
# forbid-user-install = "enforce"
# forbid-break-system-packages = "enforce"
# forbid-root = "enforce"

# Versions; without a level, a version is enforced:
# minimum-pip = { value = "23.1", level = "advise" }
# requires-python = ">=3.10"

# What counts as an environment: "venv", "conda", "conda-base".
# accept = ["venv", "conda"]

# Where the rules of this file do not apply. CI is recognised by variables such as CI=true, which any user can set.
# exempt = ["ci", "container", "target"]
# exempt-packages = ["virtualenv", "pipx", "uv"]

# "never": PIPWARD_BYPASS="REASON" overrides no policy file. "with-reason": it overrides all, if none of them says "never".
# allow-bypass = "never"
# What happens to a refused call that ./.venv would allow: "refuse", "offer" (asks, on a terminal), "use-project-environment"
# (without a question, if it is trusted).
# on-refusal = "offer"

# Printed with every refusal:
# reason = "Shared build host."
# contact = "#python-help"
`;

/** Writes a commented policy file; never over one that is there. Returns the exit status. */
export function initPolicy(files: readonly string[], programDirectory: string): number {
  const [file = 'pipward.toml', ...others] = files;
  if (others.length > 0) throw new UsageError('`pipward policy init` writes one file');
  // What would never be read is better not written.
  if (path.basename(file) === 'pyproject.toml') {
    throw new UsageError('a pyproject.toml takes [tool.pipward.policy]: write the keys there yourself');
  }
  try {
    writeFileSync(file, TEMPLATE, { flag: 'wx' });
  } catch (error) {
    const code = errorCode(error);
    complain(
      code === 'EEXIST' ? `pipward: ${file} is there already and stays as it is` : `pipward: ${describeError(error)}`,
    );
    return 1;
  }
  say(`wrote ${file}`);
  say(`its schema, for editors without a network: ${path.join(programDirectory, 'policy.schema.json')}`);
  return 0;
}
