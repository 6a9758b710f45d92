import { start } from '@deployment-engine/shared/start';

await start({ surface: import.meta.resolve('@deployment-engine/kubernetes/tools.json'), load: () => import('./server.ts') });
