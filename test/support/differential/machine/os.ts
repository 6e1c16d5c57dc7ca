import { constants as real } from 'node:os';
import { userInfoOf } from './machine.ts';

/** Stands in for node:os. */
export const constants = real;
export const tmpdir = () => '/tmp';
export const userInfo = userInfoOf;
export const homedir = () => userInfoOf().homedir;
