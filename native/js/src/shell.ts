/** What the addon exports for this file. */
export type ShellAddon = object;
