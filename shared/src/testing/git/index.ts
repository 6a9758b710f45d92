export { type Desk, openDesk } from './desk.ts';
export { type Plant } from './plant.ts';
export { PLANTS } from './plants.ts';
export { createSandbox, type Sandbox } from './sandbox.ts';
