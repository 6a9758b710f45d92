export * from './audit.ts';
export * from './effect.ts';
export * from './error.ts';
export * from './principal.ts';
export * from './surface.ts';
