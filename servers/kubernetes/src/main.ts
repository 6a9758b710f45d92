import { serve } from '@deployment-engine/shared/toolkit';
import { server } from './server.ts';

await serve(server);
