/** What the addon exports for this file. */
export type SuperviseAddon = object;
