/** A requirement of PEP 508 in its parts; `name` is empty for a requirement without one (an address, a path). */
export type Requirement = {
  readonly name: string;
  /** With its brackets: `[socks]`. */
  readonly extras: string;
  /** `>=1,<2` without spaces and marker. */
  readonly specifier: string;
};

/** Whether a name is that of a list of requirements, which takes `-r`. */
export function isRequirementsFile(name: string): boolean {
  return /\.(?:txt|in)$/i.test(name);
}

/** Whether a name is that of a file that makes its folder a project. */
export function isProjectFile(name: string): boolean {
  return /^(?:pyproject\.toml|setup\.(?:py|cfg))$/i.test(name);
}

/** Returns the parts of a requirement. */
export function splitRequirement(text: string): Requirement {
  const [found, name = '', extras = '', rest = ''] =
    /^\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*(?:$|\(?((?:[<>=!~][^;()]*)?)\)?\s*(?:;.*)?$)/s.exec(
      // Of many spaces in a row, the pattern would try each way to divide them.
      text.replace(/\s+/g, ' '),
    ) ?? [];
  if (found === undefined) return { name: '', extras: '', specifier: '' };
  return { name, extras, specifier: rest.replace(/\s+/g, '') };
}
