// Every test starts from an environment that says nothing of this machine's Pythons, colours or CI.
for (const name of Object.keys(process.env)) {
  if (
    /^(PIP_|_?PIPWARD_|VIRTUAL_ENV|CONDA_|PYENV_|PYTHON|FORCE_COLOR$|NO_COLOR$|CI$|GITHUB_|NODE_OPTIONS$|NODE_EXTRA_CA_CERTS$|XDG_|ZDOTDIR$)/.test(
      name,
    )
  ) {
    delete process.env[name];
  }
}
