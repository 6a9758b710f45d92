export { hubConfig, type HubConfig } from './config/schema.ts';
export { loadHubConfig } from './config/load.ts';
export { Hub } from './hub.ts';
export { createHub } from './start.ts';
export { hubListing } from './surface/hub-listing.ts';
