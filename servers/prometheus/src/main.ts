import { start } from '@deployment-engine/shared/start';

await start({ surface: import.meta.resolve('@deployment-engine/prometheus/tools.json'), load: () => import('./server.ts') });
