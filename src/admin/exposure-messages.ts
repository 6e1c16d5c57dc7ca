import { findUserName } from '../host/files/user-name.ts';
import type { Exposure } from '../host/files/ownership.ts';

/** Returns which path it is and who can change it, as a clause. */
export function describeExposure({ path, kind, owner, mode }: Exposure): string {
  switch (kind) {
    case 'other-user':
      return `${path} belongs to user ${findUserName(owner)}`;
    case 'others-write':
      return `${path} can be written by other users (mode ${mode.toString(8)})`;
    case 'link':
      return `${path} is not a folder of its own`;
  }
}
