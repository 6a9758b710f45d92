export { type Plant, PLANTS } from './plants.ts';
export { createSandbox, type Sandbox } from './sandbox.ts';
