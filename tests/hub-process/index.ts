export * from './ground.ts';
export * from './http-hub.ts';
export * from './inherited-env.ts';
export * from './program.ts';
export * from './served-hub.ts';
