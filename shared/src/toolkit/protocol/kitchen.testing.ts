import { serve } from '../serve.ts';
import { kitchen } from './front.testing.ts';

await serve(kitchen({ dropped: 0, aborted: 0, started: 0, watching: 0, changed: undefined }));
