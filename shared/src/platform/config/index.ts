export { loadConfig, type LoadConfigOptions } from './load.ts';
export { ConfigError, type ConfigProblem } from './problems.ts';
export { watchConfig, type ConfigWatch, type WatchConfigOptions } from './watch.ts';
export { MASK, Secret } from './secret.ts';
export { secretText } from './secret-schema.ts';
export { nearest } from './nearest.ts';
export { parseJsonText, type JsonProblem, type JsonResult } from './json-text.ts';
