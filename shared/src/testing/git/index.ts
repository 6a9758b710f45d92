export { type Desk, openDesk } from './desk.ts';
export { type Plant, PLANTS } from './plants.ts';
export { createSandbox, type Sandbox } from './sandbox.ts';
