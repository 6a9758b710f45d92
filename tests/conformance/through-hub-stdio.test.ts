import { describeThroughHub } from './through-hub.ts';
import { program } from '@deployment-engine/shared/testing';
import { REVISIONS } from './requirement-sets.ts';
import { JOURNAL_ENV } from './fixture/journal.ts';

const child = (entry: string) => async (journal: string) => {
  const { command, args } = program(new URL(entry, import.meta.url));
  return { reached: { command, args, env: { [JOURNAL_ENV]: journal } }, close: async () => undefined };
};

describeThroughHub('a child process', REVISIONS, child('./fixture/main.ts'));
describeThroughHub('a child process that knows only the handshake', ['2025-11-25'], child('./fixture/legacy-main.ts'));
