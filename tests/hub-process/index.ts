export * from './ground.ts';
export * from './http-hub.ts';
export * from './program.ts';
