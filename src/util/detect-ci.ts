/** The variable that shows continuous integration; null outside. */
export function findCi(env: Readonly<Record<string, string | undefined>>): string | null {
  const names = ['CI', 'GITHUB_ACTIONS', 'GITLAB_CI', 'BUILD_BUILDID', 'JENKINS_URL', 'TEAMCITY_VERSION'];
  const found = names.find((name) => env[name] !== undefined && !['', '0', 'false'].includes(env[name]));
  return found === undefined ? null : `${found}=${env[found]}`;
}
