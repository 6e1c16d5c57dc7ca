import type { FileView } from '../model/call-context.ts';

/** The variable that shows continuous integration; null outside. */
export function findCi(env: Readonly<Record<string, string | undefined>>): string | null {
  const names = ['CI', 'GITHUB_ACTIONS', 'GITLAB_CI', 'BUILD_BUILDID', 'JENKINS_URL', 'TEAMCITY_VERSION'];
  const found = names.find((name) => env[name] !== undefined && !['', '0', 'false'].includes(env[name]));
  return found === undefined ? null : `${found}=${env[found]}`;
}

/** What Docker, Podman, systemd-nspawn and Kubernetes leave in a container, where its people cannot make it. */
const CONTAINER_MARKS = [
  '/.dockerenv',
  '/run/.containerenv',
  '/run/systemd/container',
  '/var/run/secrets/kubernetes.io/serviceaccount',
];

/**
 * Returns the file that shows a container, if it is root's; null outside. Variables (`container`, KUBERNETES_SERVICE_HOST) are
 * evidence for advice, none for an exemption.
 */
export function findContainerMark({ status, readText }: Pick<FileView, 'status' | 'readText'>): string | null {
  const mark = [...CONTAINER_MARKS, '/etc/hosts'].find((name) => status(name)?.owner === 0) ?? null;
  if (mark !== '/etc/hosts') return mark;
  // All that shows a RUN of `docker build` with BuildKit: the name that it gives its machine (executor/oci/hosts.go there).
  const hosts = readText(mark);
  return hosts.kind === 'text' && /^127\.0\.0\.1\s+localhost buildkitsandbox$/m.test(hosts.text) ? mark : null;
}
