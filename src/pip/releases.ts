/** Returns whether a pip is older than a release; one of unknown version counts as recent. */
export function isPipBefore(version: string | null, major: number, minor: number): boolean {
  if (version === null) return false;
  const [ownMajor = NaN, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

/**
 * Returns whether this pip installs into the user site by itself if site-packages is not writable: 20.0 and later do
 * (pip/_internal/commands/install.py, decide_user_install).
 */
export function mayFallBackToUserSite(version: string | null): boolean {
  return !isPipBefore(version, 20, 0);
}
