export * from './backends/index.ts';
export * from './connect.ts';
export { handshake, OPENINGS } from './conversation.ts';
export * from './contract-suite.ts';
export { type ControlPlane, startControlPlane } from './control-plane/index.ts';
export * from './git/index.ts';
export * from './legacy-only.ts';
export * from './open.ts';
export * from './session.ts';
