import { constants } from 'node:os';
import path from 'node:path';
import { viewOf } from '../../tree.ts';
import type { World } from '../world.ts';

/** The machine that the modules beside this one show to the product in place of Node's own. */
export type Machine = {
  readonly world: World;
  readonly view: ReturnType<typeof viewOf>;
  /** What was written to any descriptor. */
  readonly printed: Buffer[];
  /** Attempts to change files, each in one line. */
  readonly writes: string[];
  /** Files that are open, by descriptor. */
  readonly open: Map<number, { readonly path: string; readonly bytes: Buffer; position: number }>;
};

let current: Machine | null = null;

/** The machine of the call that runs now. */
export function machine(): Machine {
  if (current === null) throw new Error('no machine');
  return current;
}

/** What process, Date and os say in a call. A pid that no test machine has as its parent. */
const PARENT = 4242;

/**
 * Makes the call on that machine. Nothing in it waits for the real one: all of it happens in microtasks, so that the
 * platform of `process` is another one for no code of Node's own.
 */
export async function onMachine<T>(world: World, call: (machine: Machine) => Promise<T>): Promise<T> {
  const made: Machine = {
    world,
    view: rememberLooks(world),
    printed: [],
    writes: [],
    open: new Map(),
  };
  const restore = pretend(world);
  current = made;
  try {
    return await call(made);
  } finally {
    current = null;
    restore();
  }
}

/** Each question about a path is answered once. A relative path is below the current directory, or nowhere if that is gone. */
function rememberLooks({ files, platform, cwd }: World): Machine['view'] {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const view = viewOf(files, platform === 'win32' ? 'win32' : 'posix');
  const remember = <T>(look: (name: string) => T) => {
    const known = new Map<string, { readonly answer: T }>();
    return (name: string): T => {
      const found = known.get(name);
      if (found !== undefined) return found.answer;
      const place = paths.isAbsolute(name) ? name : paths.join(cwd ?? NOWHERE[platform], name);
      const answer = look(place);
      known.set(name, { answer });
      return answer;
    };
  };
  const place = remember((name) => name);
  return {
    status: remember(view.status),
    isLink: remember(view.isLink),
    linkOwner: remember(view.linkOwner),
    readLink: remember(view.readLink),
    list: remember(view.list),
    realPath: remember(view.realPath),
    writable: remember(view.writable),
    readText: (name, limit) => view.readText(place(name), limit),
    readBytes: (name, limit) => view.readBytes(place(name), limit),
    readBlocks: (name, limit, use) => view.readBlocks(place(name), limit, use),
  };
}

const NOWHERE = { linux: '/deleted', darwin: '/deleted', win32: 'Z:\\deleted' } as const;

const RealDate = globalThis.Date;

function pretend(world: World): () => void {
  const now = RealDate.parse(`${world.today}T12:00:00Z`);
  const FixedDate = new Proxy(RealDate, {
    construct(target, args, self) {
      const made: Date = Reflect.construct(target, args.length === 0 ? [now] : args, self);
      return made;
    },
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return name === 'now' ? () => now : value;
    },
  });
  const os = { userInfo: userInfoOf, homedir: () => userInfoOf().homedir, constants };
  const fields = {
    platform: world.platform,
    ppid: PARENT,
    geteuid: world.userId === null ? undefined : () => world.userId,
    cwd: () => {
      if (world.cwd === null) throw new Error('ENOENT: no such file or directory, uv_cwd');
      return world.cwd;
    },
    getBuiltinModule: (name: string) => {
      if (name === 'node:os') return os;
      throw new Error(`no ${name} here`);
    },
  };
  const before = Object.keys(fields).map((name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const);
  for (const [name, value] of Object.entries(fields)) {
    Object.defineProperty(process, name, { value, configurable: true, writable: true, enumerable: true });
  }
  globalThis.Date = FixedDate;
  return () => {
    globalThis.Date = RealDate;
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(process, name);
      else Object.defineProperty(process, name, descriptor);
    }
  };
}

/** As of the password database. */
export function userInfoOf(): { readonly homedir: string } {
  const { accountHome } = machine().world;
  if (accountHome === null) throw new Error('ENOENT: no such user');
  return { homedir: accountHome };
}
