import { z } from 'zod';

/** A forwarded port, without its context. */
export const forwardOutput = {
  id: z.string(),
  namespace: z.string(),
  pod: z.string(),
  port: z.number(),
  address: z.string().describe('On this machine'),
  connections: z.number().describe('Open now'),
  ends: z.string(),
  error: z.string().optional().describe('What went wrong last'),
};
