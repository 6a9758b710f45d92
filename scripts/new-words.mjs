// Names in the forms that the code needs. Plain JavaScript for Node 20.
import { Advice } from './terminal.mjs';

const SERVER = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const TOOL = /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/;

/** @param {string | undefined} name */
export function serverName(name) {
  if (name === undefined || !SERVER.test(name))
    throw new Advice('A server is called by lower-case words joined by hyphens, such as cloud-storage.');
  return name;
}

/** @param {string | undefined} name */
export function toolName(name) {
  if (name === undefined || !TOOL.test(name)) throw new Advice('A tool is called noun_verb, such as bucket_list.');
  return name;
}

const words = (name) => name.split(/[-_]/);
const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** `bucket_list` → `bucketList`. @param {string} name */
export function camel(name) {
  const [first, ...rest] = words(name);
  return first + rest.map(capital).join('');
}

/** `cloud-storage` → `CloudStorage`. @param {string} name */
export const pascal = (name) => words(name).map(capital).join('');

/** `bucket_list` → `bucket-list`: the name of its file. @param {string} name */
export const kebab = (name) => words(name).join('-');

/** `cloud-storage` → `Cloud storage`: for people. @param {string} name */
export const sentence = (name) => capital(words(name).join(' '));

/** `cloud-storage` → `CLOUD_STORAGE`: for the environment. @param {string} name */
export const shouting = (name) => words(name).join('_').toUpperCase();
