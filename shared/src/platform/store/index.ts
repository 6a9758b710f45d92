export { createStore } from './sqlite.ts';
export type { PutOptions, Store, Stored } from './store.ts';
