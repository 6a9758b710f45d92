/** What the addon exports for this file. */
export type RouteAddon = object;
