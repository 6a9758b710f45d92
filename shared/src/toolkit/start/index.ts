export { start, type Program } from './start.ts';
