import { expect, test } from 'vitest';
import { isOfKernel } from '../../src/pip/of-kernel.ts';
import { viewOf, type Tree } from '../support/tree.ts';

const TREE: Tree = {
  '/dev/stdin': { link: '/proc/self/fd/0' },
  '/home/ada/descriptors': { link: '/dev/fd' },
  '/home/ada/third': { link: 'descriptors/3' },
  '/home/ada/up': { link: '../../proc' },
  '/home/ada/loop': { link: 'loop' },
  '/home/ada/work': { link: '/srv/work' },
  '/srv/work/pip.conf': '',
  '/home/ada/proc/pip.conf': '',
};

test.each<[target: string, isTrue: boolean]>([
  ['/dev/stdin', true],
  ['/dev/fd/3/lib', true],
  ['/proc/self/fd/3', true],
  ['/proc/1/root/etc/pip.conf', true],
  ['/sys/kernel/notes', true],
  ['/srv/../proc/self/environ', true],
  ['//dev//fd/3', true],
  ['/home/ada/descriptors/3', true],
  ['/home/ada/third/pip.conf', true],
  ['/home/ada/up/self/environ', true],
  ['third', true],
  ['/home/ada/loop', true],
  ['/dev/null', false],
  ['/home/ada/work/pip.conf', false],
  // Behind the link, and not beside it.
  ['/home/ada/work/../../proc/self/environ', true],
  ['/home/ada/work/../dev', false],
  ['/home/ada/proc/pip.conf', false],
  ['proc/pip.conf', false],
  ['/processes/fd', false],
  ['', false],
])('%s is, or leads through, a file of the kernel: %s', (target, isTrue) => {
  const context = { platform: 'linux', cwd: '/home/ada', files: viewOf(TREE) } as const;
  expect(isOfKernel(target, context)).toBe(isTrue);
});
