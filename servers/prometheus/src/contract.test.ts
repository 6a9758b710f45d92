import { contractSuite } from '@deployment-engine/shared/testing';
import { server } from './server.ts';

contractSuite(server, {
  main: new URL('./main.ts', import.meta.url),
  toolsJson: new URL('../tools.json', import.meta.url),
  read: { tool: 'source_list', args: {} },
});
