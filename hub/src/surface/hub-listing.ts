import type { Listing } from '@deployment-engine/shared/start';
import type { BackendInfo, McpBackend } from '@deployment-engine/shared/toolkit';
import { listedHubTools } from './hub-tools.ts';

export const HUB_INFO: BackendInfo = {
  name: 'deployment-engine',
  title: 'Deployment Engine',
  version: '0.1.0',
  instructions:
    'DevOps tools of several servers behind one hub. Use search_tools to find a tool by what it does, describe_tools for its arguments, and call_tool to call it. Destructive tools answer with a plan first; show it to the person before you carry it out.',
};

export const HUB_OFFERS: McpBackend['offers'] = {
  tools: true,
  resources: true,
  subscribe: true,
  prompts: true,
  completions: true,
  logging: true,
  listChanged: true,
};

/** What the hub lists by default, the content of the committed `tools.json`. Prompts and templates are its upstreams'. */
export const hubListing: Listing = { info: HUB_INFO, offers: HUB_OFFERS, tools: [...listedHubTools] };
