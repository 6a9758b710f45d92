export { readShippedJson } from '../../platform/files/shipped-json.ts';
export { isBuilt } from './built.ts';
export type { Listing } from './listing.ts';
export { open } from './open.ts';
export type { Opened } from './open-stdio.ts';
export { start, type Program } from './start.ts';
export { isUnsettled } from './unsettled.ts';
export { untilRead } from '../until-read.ts';
