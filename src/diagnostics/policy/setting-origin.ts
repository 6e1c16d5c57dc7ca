import type { SettingOrigin } from '../../model/pip-call.ts';
import { shortenHome } from '../../terminal/clean.ts';

/** Returns who made a setting: `--python`, `PIP_PYTHON`, `~/.config/pip/pip.conf:2`. */
export function describeOrigin(origin: SettingOrigin, home: string | null, option = '--python'): string {
  switch (origin.kind) {
    case 'command-line':
      return option;
    case 'variable':
      return origin.name;
    case 'file':
      return `${shortenHome(origin.path, home)}${origin.line === null ? '' : `:${origin.line}`}`;
  }
}
