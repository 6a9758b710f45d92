export { judgeBind, type BindVerdict } from './bind.ts';
export { demandMountsUnmoved, demandReachable, judgeContainer, judgeExisting } from './judge.ts';
export { judgeNetwork } from './network.ts';
export { demandNone, type Refusal } from './refusal.ts';
export { judgeVolume, type VolumeVerdict } from './volume.ts';
export type { World } from './world.ts';
