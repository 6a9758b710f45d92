/** What the addon exports for this file. */
export type SequenceAddon = object;
