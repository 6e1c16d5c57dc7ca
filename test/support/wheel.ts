import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';

/** Zip with stored entries (APPNOTE 6.3.10): a wheel needs no more. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [data, title] = [Buffer.from(text), Buffer.from(name)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(0x21, 8); // 1980-01-01
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, title, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(0o100644 * 0x10000, 6);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, title]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/**
 * Writes NAME-VERSION-py2.py3-none-any.whl into a folder and returns its path. `scripts`: console scripts, name to code;
 * `modules`: how many more files are to be installed and compiled; `python`: Requires-Python.
 */
export function makeWheel(
  folder: string,
  name: string,
  version = '1.0',
  {
    requires = [],
    scripts = [],
    padding = 0,
    modules = 0,
    python = null,
  }: {
    requires?: string[];
    scripts?: string[];
    padding?: number;
    modules?: number;
    python?: string | null;
  } = {},
): string {
  const module = name.replaceAll('-', '_');
  const info = `${module}-${version}.dist-info`;
  const files: Record<string, string> = {
    [`${module}.py`]: `VERSION = "${version}"\ndef main():\n    print("${name} ${version}")\n`,
    ...(padding === 0 ? {} : { [`${module}.bin`]: '.'.repeat(padding) }),
    ...Object.fromEntries(
      Array.from({ length: modules }, (_, index) => [`${module}_more/module_${index}.py`, `NUMBER = ${index}\n`]),
    ),
    [`${info}/METADATA`]: [
      'Metadata-Version: 2.1',
      `Name: ${name}`,
      `Version: ${version}`,
      ...(python === null ? [] : [`Requires-Python: ${python}`]),
      ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
      '',
    ].join('\n'),
    [`${info}/WHEEL`]:
      'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n',
    ...(scripts.length === 0
      ? {}
      : {
          [`${info}/entry_points.txt`]: `[console_scripts]\n${scripts.map((script) => `${script} = ${module}:main`).join('\n')}\n`,
        }),
  };
  const record = Object.entries(files).map(([file, text]) => {
    const hash = createHash('sha256').update(text).digest('base64url');
    return `${file},sha256=${hash},${Buffer.byteLength(text)}`;
  });
  files[`${info}/RECORD`] = [...record, `${info}/RECORD,,`, ''].join('\n');
  const file = path.join(folder, `${module}-${version}-py2.py3-none-any.whl`);
  writeFileSync(file, zip(files));
  return file;
}
